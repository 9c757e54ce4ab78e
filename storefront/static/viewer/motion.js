const KEY = "viewer-hint";
const [SWING, SECONDS] = [0.22, 1.8]; // radians, seconds

/** A small swing that shows, once in a session, that the product can be turned. */
export class Hint {
  #left = 0;

  offer() {
    if (isFirstTime()) this.#left = SECONDS;
  }

  stop() {
    this.#left = 0;
  }

  /** Swing on; false once it rests. */
  step(orbit, seconds) {
    if (this.#left <= 0) return false;
    this.#left -= seconds;
    const part = 1 - Math.max(this.#left, 0) / SECONDS;
    orbit.place(SWING * Math.sin(part * 2 * Math.PI) * (1 - part));
    return true;
  }
}

/** False too where the browser keeps no storage for us. */
function isFirstTime() {
  try {
    if (sessionStorage.getItem(KEY)) return false;
    sessionStorage.setItem(KEY, "1");
    return true;
  } catch {
    return false;
  }
}

/** The animations of a model: on and off, and on at the same moment in the next level. */
export class Player {
  playing = false;
  #time = 0;

  attach(model) {
    this.model = model;
    if (!model.mixer) return;
    for (const clip of model.clips) model.mixer.clipAction(clip).play();
    model.mixer.setTime(this.#time);
  }

  /** Move on; false when nothing moves. */
  step(seconds) {
    if (!this.playing || !this.model?.mixer) return false;
    this.#time += seconds;
    this.model.mixer.update(seconds);
    return true;
  }
}
