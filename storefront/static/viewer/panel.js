import { el, megabytes } from "./dom.js";
import { icon } from "./icons.js";
import { LEVEL_NAMES } from "./words.js";

/** Everything around the canvas: the stage that takes the focus, buttons, progress, words. */
export class Panel {
  constructor(label) {
    this.stage = el("div", {
      class: "pv-stage",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "3D model",
      "aria-label": `${label}. Arrow keys turn it, plus and minus zoom, Home resets the view.`,
    });
    this.bar = el("div", { class: "pv-bar", role: "group", "aria-label": `${label}: 3D view` });
    this.live = el("p", { class: "pv-live", "aria-live": "polite" });
    this.status = el("div", { class: "pv-status", hidden: true });
    this.element = el("div", { class: "pv-ui" }, this.stage, this.status, this.bar, this.live);
  }

  /** A round button; label is its name and its tooltip. */
  button(label, look, act) {
    const button = el("button", { type: "button", class: "pv-button", "aria-label": label, title: label }, icon(look));
    button.addEventListener("click", () => act(button));
    this.bar.append(button);
    return button;
  }

  /** A button that stays pressed; act(pressed). */
  toggle(label, look, act) {
    const button = this.button(label, look, () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", pressed);
      act(pressed);
    });
    button.setAttribute("aria-pressed", "false");
    return button;
  }

  relabel(button, label, look) {
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(look));
  }

  /** Progress of a level: part runs to 1 at the end of the download, the first frame comes after it. */
  progress(level, bytes, part, cancel) {
    if (this.shown !== level) this.#showProgress(level, cancel);
    this.meter.value = part * 0.95;
    this.words.textContent = `Loading ${LEVEL_NAMES[level]} · ${megabytes(part * bytes)} of ${megabytes(bytes)}`;
  }

  #showProgress(level, cancel) {
    this.shown = level;
    this.meter = el("progress", { max: "1", value: "0", "aria-label": `Loading ${LEVEL_NAMES[level]}` });
    this.words = el("span", { class: "pv-words" });
    this.#setStatus(this.words, this.meter);
    if (cancel) this.status.append(this.#action("Cancel", cancel));
  }

  settle() {
    this.shown = null;
    this.status.hidden = true;
  }

  /** A sentence over the picture, with a way on where there is one. */
  note(sentence, label, act) {
    this.shown = null;
    this.#setStatus(el("span", { role: "status" }, sentence));
    if (label) this.status.append(this.#action(label, act));
  }

  #setStatus(...children) {
    this.status.replaceChildren(...children);
    this.status.hidden = false;
  }

  #action(label, act) {
    const button = el("button", { type: "button", class: "pv-action" }, label);
    button.addEventListener("click", act);
    return button;
  }

  /** Say something to those who don't see; the same sentence only once. */
  say(sentence) {
    if (this.live.textContent !== sentence) this.live.textContent = sentence;
  }
}
