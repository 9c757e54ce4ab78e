import { Vector3 } from "three";

import { el, svg } from "./dom.js";
import { centimetres, inches } from "./words.js";

const AXES = ["x", "y", "z"];
const NAMES = { x: "Width", y: "Height", z: "Depth" };
const GAP = 0.045; // of the product's diagonal, between the product and a line

/** Width, height and depth, drawn beside the product wherever the camera stands. */
export class Dimensions {
  constructor(camera) {
    this.camera = camera;
    this.lines = Object.fromEntries(AXES.map((axis) => [axis, svg("path", { class: "pv-line" })]));
    this.labels = Object.fromEntries(AXES.map((axis) => [axis, el("span", { class: "pv-length" })]));
    const drawing = svg("svg", { class: "pv-lines" }, ...Object.values(this.lines));
    this.element = el("div", { class: "pv-dimensions", "aria-hidden": "true", hidden: true }, drawing, ...Object.values(this.labels));
  }

  get shown() {
    return !this.element.hidden;
  }

  /** bounds: Box3 in metres. */
  setBounds(bounds) {
    this.bounds = bounds;
    this.size = bounds.getSize(new Vector3());
    for (const axis of AXES) {
      const inch = el("small", {}, inches(this.size[axis]));
      this.labels[axis].replaceChildren(centimetres(this.size[axis]), " ", inch);
    }
  }

  sentence() {
    const parts = ["x", "z", "y"].map((axis) => `${NAMES[axis].toLowerCase()} ${centimetres(this.size[axis])}`);
    return `Dimensions: ${parts.join(", ")}`;
  }

  /** Lay lines and labels over the panel's stage, the labels above its buttons. */
  draw({ stage, bar }) {
    if (!this.shown || !this.bounds) return;
    const { clientWidth: width, clientHeight: height } = stage;
    const edges = this.#edges();
    const middles = {};
    for (const axis of AXES) {
      const [from, to] = edges[axis].map((point) => project(point, this.camera, width, height));
      this.lines[axis].setAttribute("d", ruler(from, to));
      middles[axis] = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    }
    this.#part(middles);
    for (const axis of AXES) {
      const label = this.labels[axis];
      const x = clamp(middles[axis].x, label.offsetWidth / 2 + 4, width - label.offsetWidth / 2 - 4);
      const y = clamp(middles[axis].y, label.offsetHeight, bar.offsetTop - label.offsetHeight / 2 - 4);
      label.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
    }
  }

  /** Width and depth meet at a corner: where their labels would cover each other, both give way. */
  #part({ x, z }) {
    const room = (this.labels.x.offsetWidth + this.labels.z.offsetWidth) / 2 + 6;
    const lacking = room - Math.abs(x.x - z.x);
    if (lacking <= 0 || Math.abs(x.y - z.y) > this.labels.x.offsetHeight + 4) return;
    const side = x.x < z.x ? 1 : -1;
    x.x -= (side * lacking) / 2;
    z.x += (side * lacking) / 2;
  }

  /** The bottom edges on the camera's side, and the upright one at the other end of the front. */
  #edges() {
    const { min, max } = this.bounds;
    const centre = this.bounds.getCenter(new Vector3());
    const eye = this.camera.position;
    const gap = GAP * this.size.length();
    const [right, front] = [eye.x >= centre.x, eye.z >= centre.z];
    const x = right ? max.x + gap : min.x - gap;
    const z = front ? max.z + gap : min.z - gap;
    const farX = right ? min.x - gap : max.x + gap;
    const point = (...at) => new Vector3(...at);
    return {
      x: [point(min.x, min.y, z), point(max.x, min.y, z)],
      z: [point(x, min.y, min.z), point(x, min.y, max.z)],
      y: [point(farX, min.y, front ? max.z : min.z), point(farX, max.y, front ? max.z : min.z)],
    };
  }
}

function project(point, camera, width, height) {
  point.project(camera);
  return { x: ((point.x + 1) / 2) * width, y: ((1 - point.y) / 2) * height };
}

/** A line with a short stroke across each end. */
function ruler(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [((to.y - from.y) / length) * 5, ((from.x - to.x) / length) * 5];
  const stroke = (at) => `M${at.x - x} ${at.y - y}L${at.x + x} ${at.y + y}`;
  return `M${from.x} ${from.y}L${to.x} ${to.y}${stroke(from)}${stroke(to)}`;
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
