import { MathUtils } from "three";

import * as kit from "./kit.js";
import { Panel } from "./panel.js";
import { Showing } from "./showing.js";
import { canRender, turnPictures } from "./support.js";

const UNAVAILABLE = "3D isn’t available in this browser. The picture shows the product as it comes.";

/** <product-viewer>: docs/viewer.md has its attributes, events, methods and hooks. */
export class ProductViewer extends HTMLElement {
  static observedAttributes = ["data-effects"];
  static #live = null;

  #effects = [];
  #showing = null;

  /** The classes of three.js that viewers of plugins may use. */
  static get THREE() {
    return kit;
  }

  connectedCallback() {
    document.addEventListener("configured", this.#onConfigured, true); // heard wherever it is fired
  }

  disconnectedCallback() {
    document.removeEventListener("configured", this.#onConfigured, true);
    this.stop();
  }

  attributeChangedCallback(_name, _old, value) {
    this.effects = JSON.parse(value || "[]");
  }

  #onConfigured = (event) => {
    if (event.detail?.effects) this.effects = event.detail.effects;
  };

  /** The effects of the complete selection, in order; setting them repaints in the next frame. */
  get effects() {
    return this.#effects;
  }

  set effects(effects) {
    this.#effects = effects;
    this.#showing?.configure();
  }

  /** The level that is shown: "", "preview", "standard" or "high". */
  get level() {
    return this.dataset.level ?? "";
  }

  /** {scene, camera, renderer, model} of what is shown; null while that is the picture. */
  get three() {
    return this.#showing?.stage ?? null;
  }

  /** Load and show the product; another viewer of the page gives way, for there is one WebGL context. */
  async start() {
    if (this.#showing) return;
    if (!canRender()) return this.#note("unavailable", UNAVAILABLE);
    ProductViewer.#live?.stop();
    ProductViewer.#live = this;
    this.dataset.state = "loading";
    this.querySelector(":scope > .pv-note")?.remove();
    this.#showing = new Showing(this, this.#addPanel());
    await this.#showing.begin();
  }

  /** Back to the picture; everything that the graphics card holds is given back. */
  stop() {
    this.#showing?.end();
    this.#showing = null;
    if (ProductViewer.#live === this) ProductViewer.#live = null;
    this.querySelector(":scope > .pv-ui")?.remove();
    this.querySelector(":scope > .pv-start")?.removeAttribute("hidden");
    this.querySelector(":scope > .pv-start")?.removeAttribute("aria-busy");
    delete this.dataset.state;
    delete this.dataset.level;
  }

  /** Back to the picture, with the reason and a way to try again. */
  fail(sentence) {
    this.stop();
    const again = () => {
      this.stop();
      this.start();
    };
    this.#note("failed", sentence, "Try again", again);
  }

  #note(state, ...note) {
    this.dataset.state = state;
    this.querySelector(":scope > .pv-start")?.setAttribute("hidden", "");
    this.#addPanel().note(...note);
    turnPictures(this);
  }

  #addPanel() {
    const panel = new Panel(this.getAttribute("alt") || "Product");
    this.append(panel.element);
    return panel;
  }

  // --- for pages and for viewers of plugins: while something is shown ------------------------------

  /** Draw a frame soon. */
  requestFrame() {
    this.#showing?.stage?.invalidate();
  }

  /** Swing the camera to yaw and pitch in degrees (0, 0 is the front); zoom 1 is the start's distance. */
  lookFrom({ yaw, pitch, zoom = 1 }) {
    const { orbit } = this.#showing;
    const distance = orbit.home.distance / zoom;
    orbit.lookFrom({ yaw: MathUtils.degToRad(yaw), pitch: MathUtils.degToRad(pitch), distance });
    this.#showing.touched();
  }

  /** One more button in the bar: its label, a name of icons.js, what it does. Returns the button. */
  addButton(label, look, act) {
    return this.#showing.panel.button(label, look, act);
  }

  /** Width, height and depth of what is shown, in metres. */
  get size() {
    const { x, y, z } = this.#showing.controls.dimensions.size;
    return { width: x, height: y, depth: z };
  }

  /** Whether a subclass draws each frame anew. */
  get animates() {
    return this.frame !== ProductViewer.prototype.frame;
  }

  /** What is shown now as a data URL. */
  snapshot(type = "image/png") {
    return this.#showing.stage.snapshot(type);
  }

  // --- hooks for subclasses ------------------------------------------------------------------------

  /** A level is about to be shown: scene is its root, level its name. */
  modelReady(_scene, _level) {}

  /** Overridden, it is called before each frame, and frames go on while the viewer is seen. */
  frame(_seconds) {}

  /** A text option has a value; "" when it is taken back. Also called anew for each level. */
  applyText(_option, _value) {}
}
