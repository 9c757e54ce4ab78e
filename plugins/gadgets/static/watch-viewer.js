// <watch-viewer>: a <product-viewer> whose watch tells the time and wears its engraving.
await customElements.whenDefined("product-viewer");

const ProductViewer = customElements.get("product-viewer");
const { CanvasTexture, Float32BufferAttribute, SRGBColorSpace } = ProductViewer.THREE;

const BEATS = 8; // steps of the second hand in a second, as an automatic movement makes them
const SIDE = 1024; // pixels of the engraved plate
const LINE = 11; // letters on a line before it is broken
const BEHIND = { yaw: 180, pitch: -6, zoom: 1.7 };
const NIB = ["M4.5 19.5l1.2-4.6L16.4 4.2l3.4 3.4L9.1 18.3z", "M14 6.6l3.4 3.4", "M13 19.5h6.5"];

class WatchViewer extends ProductViewer {
  #hands = [];
  #plate = null;
  #canvas = null;
  #texture = null;
  #button = null;

  modelReady(scene) {
    this.#hands = ["hand-hour", "hand-minute", "hand-second"].map((name) => named(scene, name));
    this.#plate = meshOf(named(scene, "engraving"));
    this.#setHands(new Date());
  }

  frame() {
    this.#setHands(new Date());
  }

  applyText(option, value) {
    if (option !== "engraving" || !this.#plate) return;
    this.#engrave(value);
    this.#offerTurn(value);
    this.requestFrame();
  }

  stop() {
    super.stop();
    this.#texture?.dispose();
    this.#hands = [];
    this.#plate = this.#texture = this.#button = null;
  }

  #setHands(now) {
    const beat = now.getSeconds() + Math.floor((now.getMilliseconds() * BEATS) / 1000) / BEATS;
    const minutes = now.getMinutes() + beat / 60;
    const turns = [((now.getHours() % 12) + minutes / 60) / 12, minutes / 60, beat / 60];
    this.#hands.forEach((hand, index) => hand?.rotation.set(0, 0, -2 * Math.PI * turns[index]));
  }

  /** Draw the words on the plate; its colour is the case's, the drawing darkens it. */
  #engrave(words) {
    this.#canvas ??= Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    draw(this.#canvas, words);
    if (!this.#texture) {
      this.#texture = new CanvasTexture(this.#canvas);
      this.#texture.colorSpace = SRGBColorSpace;
      this.#texture.anisotropy = 8;
    }
    this.#texture.needsUpdate = true;
    const { geometry, material } = this.#plate;
    if (material.map === this.#texture) return;
    geometry.setAttribute("uv", seenFromBehind(geometry));
    material.map = this.#texture;
    material.needsUpdate = true;
  }

  #offerTurn(words) {
    if (!words) this.#button?.remove();
    else if (!this.#button?.isConnected) {
      this.#button = this.addButton("Turn to the engraving", "reset", () => this.lookFrom(BEHIND));
      this.#button.replaceChildren(nib());
    }
  }
}

/** The object of the glTF node with this name. */
function named(scene, name) {
  let found = null;
  scene.traverse((object) => {
    if (!found && (object.userData.name ?? object.name) === name) found = object;
  });
  return found;
}

function meshOf(object) {
  let found = null;
  object?.traverse((part) => {
    if (!found && part.isMesh) found = part;
  });
  return found;
}

/** Texture coordinates of a flat plate that faces -Z: left and right change places. */
function seenFromBehind(geometry) {
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox;
  const position = geometry.getAttribute("position");
  const uvs = [];
  for (let i = 0; i < position.count; i += 1) {
    uvs.push((max.x - position.getX(i)) / (max.x - min.x), (position.getY(i) - min.y) / (max.y - min.y));
  }
  return new Float32BufferAttribute(uvs, 2);
}

function draw(canvas, words) {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.strokeStyle = "rgb(0 0 0 / 45%)";
  pen.lineWidth = 5;
  pen.beginPath();
  pen.arc(SIDE / 2, SIDE / 2, SIDE * 0.45, 0, 2 * Math.PI);
  pen.stroke();
  const lines = broken(words);
  const longest = Math.max(...lines.map((line) => line.length), 5);
  const size = Math.min((SIDE * 1.22) / longest, SIDE * 0.2);
  pen.font = `italic 600 ${size}px Georgia, "Times New Roman", serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  lines.forEach((line, index) => cut(pen, line, SIDE / 2 + (index - (lines.length - 1) / 2) * size * 1.2));
}

/** Letters cut into metal: a light lower edge, a dark ground. */
function cut(pen, line, y) {
  pen.fillStyle = "#fff";
  pen.fillText(line, SIDE / 2 + 3, y + 4, SIDE * 0.8);
  pen.fillStyle = "#2a2522";
  pen.fillText(line, SIDE / 2, y, SIDE * 0.8);
}

/** Words on as few lines as hold them. */
function broken(words) {
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > LINE && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function nib() {
  const make = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const picture = make("svg", { viewBox: "0 0 24 24", class: "pv-icon", "aria-hidden": "true" });
  picture.append(...NIB.map((d) => make("path", { d })));
  return picture;
}

customElements.define("watch-viewer", WatchViewer);
