// The product turned in pictures, where 3D can't be shown or would cost too much.
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { savesData } from "./support.js";
import { viewName } from "./words.js";

const PER_WIDTH = 12; // frames of 24 for a drag across the picture: half a turn, as in the viewer

/** Lay a product's turntable over its poster; false where there is none. */
export async function show(viewer) {
  const answer = await fetch(viewer.dataset.turntable);
  if (answer.status !== 200) return false;
  const told = await answer.json();
  if (viewer.dataset.pictures === undefined) new Turntable(viewer, told);
  return true;
}

/** The poster until the first turn; then frames, each fetched when it is wanted. */
class Turntable {
  #at = 0; // frames to the right of the poster's view
  #drag = null;

  constructor(viewer, { images, width, height }) {
    const label = viewer.getAttribute("alt") || "Product";
    Object.assign(this, { viewer, frames: new Frames(images), count: images[0].urls.length });
    this.first = placeOf(JSON.parse(viewer.dataset.camera));
    this.picture = el("img", { alt: "", width, height, draggable: "false", hidden: true });
    const range = { "aria-valuemin": "0", "aria-valuemax": `${this.count - 1}` };
    const named = { role: "slider", tabindex: "0", "aria-label": `Turn ${label}`, "aria-orientation": "horizontal" };
    this.stage = el("div", { class: "pv-turn-stage", ...named, ...range }, this.picture);
    const buttons = [this.#button("Turn left", "left", 2), this.#button("Turn right", "right", -2)];
    viewer.append(el("div", { class: "pv-turn" }, this.stage, ...buttons));
    viewer.dataset.pictures = "";
    this.#listen();
    this.#tell();
  }

  #button(label, look, steps) {
    const button = el("button", { type: "button", class: "pv-button", "aria-label": label, title: label }, icon(look));
    button.addEventListener("click", () => this.turn(steps));
    return button;
  }

  #listen() {
    const on = (type, act) => this.stage.addEventListener(type, act);
    on("pointerdown", (event) => this.#grab(event));
    on("pointermove", (event) => this.#pull(event));
    on("pointerup", () => (this.#drag = null));
    on("pointercancel", () => (this.#drag = null));
    on("keydown", (event) => this.#key(event));
  }

  #grab(event) {
    this.stage.setPointerCapture(event.pointerId);
    this.#drag = { x: event.clientX, at: this.#at };
    if (!savesData()) this.frames.fetchAll(this.#at);
  }

  #pull(event) {
    if (!this.#drag) return;
    const width = this.stage.clientWidth / PER_WIDTH;
    const steps = Math.round((this.#drag.x - event.clientX) / width);
    this.turn(this.#drag.at + steps - this.#at);
  }

  #key(event) {
    const steps = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1, PageUp: -3, PageDown: 3, Home: -this.#at };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.turn(steps[event.key]);
  }

  /** Turn by so many frames; the camera goes to the right. */
  turn(steps) {
    const wanted = (((this.#at + steps) % this.count) + this.count) % this.count;
    if (wanted === this.#at && !this.picture.hidden) return;
    this.#at = wanted;
    this.#tell();
    this.#draw(wanted);
  }

  /** The value grows as the product turns to the right, as with the arrow key. */
  #tell() {
    const yaw = this.first.yaw + (this.#at / this.count) * 2 * Math.PI;
    this.stage.setAttribute("aria-valuenow", (this.count - this.#at) % this.count);
    this.stage.setAttribute("aria-valuetext", viewName({ yaw, pitch: this.first.pitch }));
  }

  async #draw(wanted) {
    const url = await this.frames.fetch(wanted);
    if (!url || wanted !== this.#at) return;
    this.picture.src = url;
    this.picture.hidden = false;
    this.viewer.dataset.pictures = "turned";
  }
}

/** Addresses of frames in the best type that the browser can show, and which of them are here. */
class Frames {
  #here = new Map();

  constructor(images) {
    this.types = images.map(({ urls }) => urls);
  }

  /** The address of a frame once it is here and decoded; null if it doesn't come. */
  fetch(number) {
    if (!this.#here.has(number)) this.#here.set(number, this.#get(number));
    return this.#here.get(number);
  }

  async #get(number) {
    for (const urls of [...this.types]) {
      const picture = new Image();
      picture.src = urls[number];
      try {
        await picture.decode();
        return urls[number];
      } catch {
        if (this.types[0] === urls && this.types.length > 1) this.types.shift();
      }
    }
    this.#here.delete(number);
    return null;
  }

  /** All of them, the nearest first. */
  fetchAll(from) {
    const count = this.types[0].length;
    for (let away = 1; away <= count / 2; away += 1) {
      this.fetch((from + away) % count);
      this.fetch((from - away + count) % count);
    }
  }
}

function placeOf({ position, target }) {
  const [x, y, z] = position.map((value, axis) => value - target[axis]);
  return { yaw: Math.atan2(x, z), pitch: Math.atan2(y, Math.hypot(x, z)) };
}
