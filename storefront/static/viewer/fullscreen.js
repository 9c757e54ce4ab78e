/** Full screen, or a layer over the whole page where the browser has none (phones of one maker). */
export class FullScreen {
  constructor(element, { changed, signal }) {
    Object.assign(this, { element, changed });
    element.addEventListener("fullscreenchange", () => this.#set(document.fullscreenElement === element), { signal });
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.leave(), { signal });
  }

  get on() {
    return this.element.hasAttribute("data-full");
  }

  async toggle() {
    if (this.on) this.leave();
    else await this.#enter();
  }

  async #enter() {
    if (!document.fullscreenEnabled) return this.#set(true);
    try {
      await this.element.requestFullscreen();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#set(true); // refused by a frame's policy
    }
  }

  leave() {
    if (document.fullscreenElement === this.element) document.exitFullscreen();
    else if (this.on) this.#set(false);
  }

  #set(on) {
    this.element.toggleAttribute("data-full", on);
    this.changed(on);
  }
}
