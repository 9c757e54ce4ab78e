import { Dimensions } from "./dimensions.js";
import { FullScreen } from "./fullscreen.js";
import { Gestures } from "./gestures.js";
import { viewName } from "./words.js";

const STEP = Math.PI / 4;
const PAUSE = 600; // ms without motion before the view is said

/** The buttons of a viewer, its gestures, its dimensions and what it says. */
export class Controls {
  #saying = 0;

  constructor(viewer, signal) {
    Object.assign(this, { viewer, panel: viewer.panel, orbit: viewer.orbit });
    const changed = () => this.#changed();
    this.full = new FullScreen(viewer, { changed: (on) => this.#setFull(on), signal });
    this.dimensions = new Dimensions(viewer.three.camera);
    this.panel.stage.after(this.dimensions.element);
    this.gestures = new Gestures(this.panel.stage, this.orbit, { changed, signal, isFull: () => this.full.on });
    signal.addEventListener("abort", () => clearTimeout(this.#saying));
    this.#addButtons();
  }

  get isFull() {
    return this.full.on;
  }

  #addButtons() {
    const move = (label, look, act) => this.panel.button(label, look, () => (act(), this.#changed()));
    move("Turn left", "left", () => this.orbit.turn(STEP, 0));
    move("Turn right", "right", () => this.orbit.turn(-STEP, 0));
    move("Zoom out", "out", () => this.orbit.zoom(1.25));
    move("Zoom in", "in", () => this.orbit.zoom(0.8));
    move("Reset the view", "reset", () => this.orbit.reset());
    this.panel.toggle("Show dimensions", "size", (shown) => this.#showDimensions(shown));
    this.fullButton = this.panel.button("Full screen", "full", () => this.full.toggle());
  }

  /** The first frame stands: what depends on the model can be offered. */
  ready() {
    if (!this.viewer.three.model.mixer) return;
    const look = () => (this.viewer.playing ? ["Pause the animation", "pause"] : ["Play the animation", "play"]);
    const button = this.panel.button(...look(), () => {
      this.viewer.playing = !this.viewer.playing;
      this.panel.relabel(button, ...look());
    });
  }

  setBounds(bounds) {
    const before = this.dimensions.bounds && this.dimensions.sentence();
    this.dimensions.setBounds(bounds);
    if (this.dimensions.shown && this.dimensions.sentence() !== before) this.panel.say(this.dimensions.sentence());
  }

  draw() {
    this.dimensions.draw(this.panel.stage.clientWidth, this.panel.stage.clientHeight);
  }

  #showDimensions(shown) {
    this.dimensions.element.hidden = !shown;
    this.panel.say(shown ? this.dimensions.sentence() : "Dimensions hidden");
    this.viewer.requestFrame();
  }

  #setFull(on) {
    this.panel.relabel(this.fullButton, on ? "Leave full screen" : "Full screen", on ? "small" : "full");
    this.gestures.engage();
    this.fullButton.focus({ preventScroll: true });
    this.viewer.wantFiner(on);
  }

  #changed() {
    this.viewer.touched();
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.panel.say(viewName(this.orbit.goal)), PAUSE);
  }
}
