const TURN = Math.PI; // radians for a drag across the whole frame
const STEP = Math.PI / 8; // radians for an arrow key
const TAP = { time: 300, distance: 24 }; // ms, px

const KEYS = {
  ArrowLeft: (orbit) => orbit.turn(STEP, 0),
  ArrowRight: (orbit) => orbit.turn(-STEP, 0),
  ArrowUp: (orbit) => orbit.turn(0, STEP),
  ArrowDown: (orbit) => orbit.turn(0, -STEP),
  "+": (orbit) => orbit.zoom(0.8),
  "=": (orbit) => orbit.zoom(0.8),
  "-": (orbit) => orbit.zoom(1.25),
  PageUp: (orbit) => orbit.zoom(0.8),
  PageDown: (orbit) => orbit.zoom(1.25),
  Home: (orbit) => orbit.reset(),
};

/**
 * Fingers, mouse, wheel and keys on the stage. The page keeps its scrolling: the wheel and vertical
 * drags of one finger belong to it until the stage has the focus (a click, a tap, Tab) or is full screen.
 */
export class Gestures {
  #pointers = new Map();
  #tap = { time: 0, x: 0, y: 0 };
  #dragged = false;

  constructor(stage, orbit, { changed, signal, isFull }) {
    Object.assign(this, { stage, orbit, changed, isFull });
    const on = (type, act, options) => stage.addEventListener(type, act, { signal, ...options });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    on("wheel", (event) => this.#wheel(event), { passive: false });
    on("keydown", (event) => this.#key(event));
    on("focus", () => this.engage());
    on("blur", () => this.engage());
    on("contextmenu", (event) => event.preventDefault());
    this.engage();
  }

  get engaged() {
    return this.isFull() || document.activeElement === this.stage;
  }

  engage() {
    this.stage.style.touchAction = this.engaged ? "none" : "pan-y";
  }

  #down(event) {
    this.stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 1) this.#dragged = false;
  }

  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const before = this.#pinch();
    const [x, y] = [event.clientX - last.x, event.clientY - last.y];
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#dragged ||= Math.hypot(x, y) > 2;
    if (before) this.#twoFingers(before, this.#pinch());
    else if (event.shiftKey || event.buttons === 2) this.#pan(x, y);
    else this.orbit.turn((-x / this.stage.clientWidth) * TURN, (y / this.stage.clientHeight) * TURN * 0.7);
    this.changed();
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId) || this.#dragged) return;
    const { time, x, y } = this.#tap;
    const near = Math.hypot(event.clientX - x, event.clientY - y) < TAP.distance;
    const again = near && event.timeStamp - time < TAP.time;
    this.#tap = again ? { time: 0, x: 0, y: 0 } : { time: event.timeStamp, x: event.clientX, y: event.clientY };
    if (!again) return;
    this.orbit.reset();
    this.changed();
  }

  #pinch() {
    if (this.#pointers.size !== 2) return null;
    const [one, other] = this.#pointers.values();
    const gap = Math.hypot(one.x - other.x, one.y - other.y);
    return { gap, x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  }

  #twoFingers(before, after) {
    this.orbit.zoom(before.gap / Math.max(after.gap, 1));
    this.#pan(after.x - before.x, after.y - before.y);
  }

  #pan(x, y) {
    this.orbit.pan(x / this.stage.clientHeight, -y / this.stage.clientHeight);
  }

  #wheel(event) {
    if (!this.engaged) return;
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
    this.orbit.zoom(Math.exp(Math.max(-120, Math.min(pixels, 120)) * 0.002));
    this.changed();
  }

  #key(event) {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(this.orbit);
    this.changed();
  }
}
