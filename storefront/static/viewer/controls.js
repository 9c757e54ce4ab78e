import { Dimensions } from "./dimensions.js";
import { FullScreen } from "./fullscreen.js";
import { Gestures } from "./gestures.js";
import { viewName } from "./words.js";

const STEP = Math.PI / 4;
const ROOM = 1.2; // for lines and labels around the product
const PAUSE = 600; // ms without motion before the view is said

/** The buttons of a viewer, its gestures, its dimensions and what it says. */
export class Controls {
  #saying = 0;

  constructor(showing, signal) {
    Object.assign(this, { showing, panel: showing.panel, orbit: showing.orbit });
    const changed = () => this.#changed();
    this.full = new FullScreen(showing.viewer, { changed: (on) => this.#setFull(on), signal });
    this.dimensions = new Dimensions(showing.stage.camera);
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

  /** A button for the animations of a model that has some. */
  addPlayer(model) {
    if (!model.mixer) return;
    const look = () => (this.showing.playing ? ["Pause the animation", "pause"] : ["Play the animation", "play"]);
    const button = this.panel.button(...look(), () => {
      this.showing.playing = !this.showing.playing;
      this.panel.relabel(button, ...look());
    });
  }

  setBounds(bounds) {
    const before = this.dimensions.bounds && this.dimensions.sentence();
    this.dimensions.setBounds(bounds);
    if (this.dimensions.shown && this.dimensions.sentence() !== before) this.panel.say(this.dimensions.sentence());
  }

  draw() {
    this.dimensions.draw(this.panel);
  }

  #showDimensions(shown) {
    this.dimensions.element.hidden = !shown;
    this.orbit.setRoom(shown ? ROOM : 1);
    this.panel.say(shown ? this.dimensions.sentence() : "Dimensions hidden");
    this.showing.stage.invalidate();
  }

  #setFull(on) {
    this.panel.relabel(this.fullButton, on ? "Leave full screen" : "Full screen", on ? "small" : "full");
    this.gestures.engage();
    this.fullButton.focus({ preventScroll: true });
    this.showing.wantFiner(on);
  }

  #changed() {
    this.showing.touched();
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.panel.say(viewName(this.orbit.goal)), PAUSE);
  }
}
