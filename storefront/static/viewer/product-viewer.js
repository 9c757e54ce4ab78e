import { Box3, MathUtils, Vector3 } from "three";

import { Controls } from "./controls.js";
import { applyEffects, fetchVariant, variantOf } from "./effects.js";
import { fetchEnvironment } from "./environment.js";
import * as kit from "./kit.js";
import { download, ORDER, parse, wireBytes } from "./levels.js";
import { Hint, Player } from "./motion.js";
import { Orbit } from "./orbit.js";
import { Panel } from "./panel.js";
import { Stage } from "./stage.js";
import { canRender, savesData } from "./support.js";

const NEAR_ENOUGH = 1.6; // magnification from which the standard level may look coarse
const LITTLE_MEMORY = 4; // GB: below, the high level could take the tab down
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** <product-viewer>: docs/viewer.md has its attributes, events, methods and hooks. */
export class ProductViewer extends HTMLElement {
  static observedAttributes = ["data-effects"];
  static #live = null;

  /** The classes of three.js that viewers of plugins may use. */
  static get THREE() {
    return kit;
  }

  #effects = [];
  #texts = new Map();
  #hint = new Hint();
  #player = new Player();
  #declined = false;
  #inView = true;
  #turn = 0;
  #run = null;

  connectedCallback() {
    document.addEventListener("configured", this.#onConfigured);
    if (this.dataset.start === "now") this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("configured", this.#onConfigured);
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
    if (this.three) this.#configure();
  }

  /** The level that is shown: "", "preview", "standard" or "high". */
  get level() {
    return this.three?.model?.level ?? "";
  }

  /** Load and show the product; another viewer of the page gives way. */
  async start() {
    if (this.#run) return;
    if (!canRender()) return this.#refuse("3D isn’t available in this browser. The picture shows the product as it comes.");
    ProductViewer.#live?.stop();
    ProductViewer.#live = this;
    this.#run = new AbortController();
    this.#build();
    await this.#guard(this.#begin());
    if (this.level && this.level !== "standard") await this.#climb("standard");
  }

  /** Back to the picture; everything that the graphics card holds is given back. */
  stop() {
    this.#run?.abort();
    this.#run = null;
    this.three?.dispose();
    this.three = null;
    this.panel?.element.remove();
    if (ProductViewer.#live === this) ProductViewer.#live = null;
    delete this.dataset.state;
  }

  #build() {
    this.dataset.state = "loading";
    this.querySelectorAll(":scope > .pv-note").forEach((note) => note.remove());
    this.panel = new Panel(this.getAttribute("alt") || "Product");
    this.append(this.panel.element);
  }

  /** The light and the first level that can be had, at the same time. */
  async #begin() {
    const run = this.#run;
    const light = fetchEnvironment(this.dataset.environment, run.signal);
    const [environment, model] = await Promise.all([light, this.#firstModel()]);
    if (run.signal.aborted) return;
    this.#open(environment);
    await this.#show(model);
    this.#reveal();
  }

  async #firstModel() {
    const [first, second] = ORDER.filter((name) => this.#levels[name]);
    try {
      return await this.#fetch(first);
    } catch (error) {
      if (!second || this.#run?.signal.aborted !== false) throw error;
      return this.#fetch(second);
    }
  }

  get #levels() {
    return JSON.parse(this.dataset.levels);
  }

  async #fetch(name, cancel = null, signal = this.#run.signal) {
    const level = this.#levels[name];
    const { panel } = this;
    const onProgress = (part) => panel.progress(name, wireBytes(level), part, cancel);
    onProgress(0);
    return parse(await download(level, { signal, onProgress }), name);
  }

  #open(environment) {
    const bounds = JSON.parse(this.dataset.bounds);
    this.bounds = new Box3(new Vector3(...bounds.min), new Vector3(...bounds.max));
    this.restBounds = this.bounds.clone();
    this.three = new Stage(environment, { tick: (seconds) => this.#tick(seconds), drawn: () => this.controls?.draw() });
    this.orbit = new Orbit(this.three.camera, JSON.parse(this.dataset.camera), this.bounds);
    this.panel.stage.prepend(this.three.canvas);
    this.controls = new Controls(this, this.#run.signal);
    this.#watch(this.#run.signal);
  }

  /** Size, visibility, reduced motion and the loss of the context. */
  #watch(signal) {
    const sized = new ResizeObserver(() => this.#resize());
    const seen = new IntersectionObserver(([entry]) => {
      this.#inView = entry.isIntersecting;
      this.requestFrame();
    });
    sized.observe(this.panel.stage);
    seen.observe(this);
    signal.addEventListener("abort", () => [sized, seen].forEach((observer) => observer.disconnect()));
    const setCalm = () => (this.orbit.calm = STILL.matches);
    STILL.addEventListener("change", setCalm, { signal });
    setCalm();
    this.three.canvas.addEventListener("webglcontextlost", (event) => this.#lost(event), { signal });
    this.#resize();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.panel.stage;
    if (!width || !height) return;
    this.three.setSize(width, height);
    this.orbit.setAspect(width / height);
    if (this.three.model) this.three.render();
  }

  /** Dress, compile and upload a model beside the one that is shown, then swap them in one frame. */
  async #show(model) {
    const { three } = this;
    const dress = await fetchVariant(model, this.#effects);
    dress();
    model.worn = variantOf(this.#effects);
    applyEffects(model, this.#effects);
    await three.warm(model);
    if (this.three !== three) return model.dispose();
    this.#player.attach(model);
    this.modelReady(model.root, model.level);
    applyEffects(model, this.#effects);
    three.swap(model, this.#measure(model));
    this.#configure();
    this.panel.settle();
    this.dispatchEvent(new CustomEvent("level", { detail: { level: model.level }, bubbles: true }));
  }

  #reveal() {
    const hadFocus = this.querySelector(".pv-start") === document.activeElement;
    this.querySelector(":scope > .pv-start")?.setAttribute("hidden", "");
    this.dataset.state = "live";
    if (hadFocus) this.panel.stage.focus({ preventScroll: true });
    this.#player.playing = !STILL.matches;
    this.controls.ready();
    if (!STILL.matches) this.#hint.offer();
    this.requestFrame();
  }

  /** Load a level beside the one that is shown; what is shown stays when it fails. */
  async #climb(name) {
    if (!this.#levels[name] || this.#climbing) return;
    const attempt = new AbortController();
    const signal = AbortSignal.any([this.#run.signal, attempt.signal]);
    const cancel = () => {
      this.#declined = true;
      attempt.abort();
      this.panel.settle();
    };
    this.#climbing = true;
    try {
      const model = await this.#fetch(name, name === "high" ? cancel : null, signal);
      if (!signal.aborted) await this.#show(model);
    } catch (error) {
      if (!signal.aborted) this.panel.note("The finer model didn’t load.", "Try again", () => this.#climb(name));
    } finally {
      this.#climbing = false;
    }
    this.wantFiner();
  }

  #climbing = false;

  /** Load the high level when the shopper looks closely and the device can hold it. */
  wantFiner(asked = false) {
    if (asked) this.#declined = false;
    const close = this.controls?.isFull || this.orbit?.magnification >= NEAR_ENOUGH;
    const able = (navigator.deviceMemory ?? LITTLE_MEMORY) >= LITTLE_MEMORY && !savesData();
    if (this.level === "standard" && close && able && !this.#declined) this.#climb("high");
  }

  #configure() {
    const { model } = this.three;
    if (!model) return;
    this.#applyTexts();
    if (applyEffects(model, this.#effects) || this.#visibilityChanged()) this.three.castShadow(this.#measure(model));
    if (variantOf(this.#effects) !== model.worn) this.#guard(this.#changeVariant(model));
    this.requestFrame();
  }

  /** Whether other nodes are shown than at the last look. */
  #visibilityChanged() {
    const shown = JSON.stringify(this.#effects.filter((effect) => effect.kind === "show"));
    const changed = shown !== this.#shown;
    this.#shown = shown;
    return changed;
  }

  #shown = "[]";

  async #changeVariant(model) {
    const turn = ++this.#turn;
    const dress = await fetchVariant(model, this.#effects);
    if (turn !== this.#turn || this.three?.model !== model) return;
    dress();
    model.worn = variantOf(this.#effects);
    applyEffects(model, this.#effects);
    this.requestFrame();
  }

  #applyTexts() {
    const texts = new Map(this.#effects.filter(({ kind }) => kind === "text").map(({ option, value }) => [option, value]));
    for (const option of this.#texts.keys()) if (!texts.has(option)) this.applyText(option, "");
    for (const [option, value] of texts) this.applyText(option, value);
    this.#texts = texts;
  }

  /** The box of what is shown: the manifest's, grown by what options stretch, show and hide. */
  #measure(model) {
    const box = model.box();
    this.bounds = this.restBounds.clone();
    this.bounds.min.add(box.min).sub(model.rest.min);
    this.bounds.max.add(box.max).sub(model.rest.max);
    this.orbit.setBounds(this.bounds);
    this.controls.setBounds(this.bounds);
    return this.bounds;
  }

  #tick(seconds) {
    let moving = this.orbit.update(seconds);
    moving = this.#hint.step(this.orbit, seconds) || moving;
    if (!this.#inView) return moving;
    moving = this.#player.step(seconds) || moving;
    if (this.frame === ProductViewer.prototype.frame || STILL.matches) return moving;
    this.frame(seconds);
    return true;
  }

  /** Errors of loading end at the picture with a way to try again. */
  async #guard(work) {
    const { signal } = this.#run;
    try {
      await work;
    } catch (error) {
      if (!signal.aborted) this.#giveUp("The 3D model didn’t load.");
    }
  }

  #lost(event) {
    event.preventDefault();
    this.#giveUp("3D stopped: the device ran out of graphics memory.");
  }

  #giveUp(sentence) {
    this.stop();
    this.#build();
    this.dataset.state = "failed";
    this.panel.note(sentence, "Try again", () => {
      this.stop();
      this.start();
    });
  }

  #refuse(sentence) {
    this.#build();
    this.dataset.state = "unavailable";
    this.querySelector(":scope > .pv-start")?.remove();
    this.panel.note(sentence);
  }

  // --- for pages and for viewers of plugins -----------------------------------------------------

  /** Draw a frame soon. */
  requestFrame() {
    this.three?.invalidate();
  }

  /** The shopper has taken over: no more hint, and perhaps a finer level. */
  touched() {
    this.#hint.stop();
    this.requestFrame();
    this.wantFiner();
  }

  /** Swing the camera to yaw and pitch in degrees (0, 0 is the front), zoom 1 is the start's distance. */
  lookFrom({ yaw, pitch, zoom = 1 }) {
    const distance = this.orbit.home.distance / zoom;
    this.orbit.lookFrom({ yaw: MathUtils.degToRad(yaw), pitch: MathUtils.degToRad(pitch), distance });
    this.touched();
  }

  /** A button more in the bar: its label, a name of icons.js, what it does. Returns the button. */
  addButton(label, look, act) {
    return this.panel.button(label, look, act);
  }

  get playing() {
    return this.#player.playing;
  }

  set playing(playing) {
    this.#player.playing = playing;
    this.requestFrame();
  }

  /** What is shown now as a data URL. */
  snapshot(type = "image/png") {
    this.three.render();
    return this.three.canvas.toDataURL(type);
  }

  // --- hooks: nothing to do here ----------------------------------------------------------------

  /** A level is about to be shown: scene is its root, level its name. */
  modelReady(_scene, _level) {}

  /** Overridden, it is called before each frame, and frames go on while the viewer is seen. */
  frame(_seconds) {}

  /** A text option has a value; "" when it is taken back. */
  applyText(_option, _value) {}
}
