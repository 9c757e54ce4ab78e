import { Box3, Vector3 } from "three";

import { Controls } from "./controls.js";
import { applyEffects, fetchVariant, shapeOf, textsOf, variantOf } from "./effects.js";
import { fetchEnvironment } from "./environment.js";
import { download, ORDER, parse, wireBytes } from "./levels.js";
import { Hint, Player } from "./motion.js";
import { Orbit } from "./orbit.js";
import { Stage } from "./stage.js";
import { savesData } from "./support.js";

const NEAR_ENOUGH = 1.6; // magnification from which the standard level may look coarse
const LITTLE_MEMORY = 4; // GB: below, the high level could take the tab down
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** What lives from a viewer's start to its stop: the stage, the levels on it, and what moves. */
export class Showing {
  #run = new AbortController();
  #hint = new Hint();
  #player = new Player();
  #texts = new Map();
  #inView = true;
  #climbing = false;
  #declined = false;
  #turn = 0;

  constructor(viewer, panel) {
    Object.assign(this, { viewer, panel });
    this.levels = JSON.parse(viewer.dataset.levels);
  }

  end() {
    this.#run.abort();
    this.stage?.dispose();
  }

  // --- levels --------------------------------------------------------------------------------------

  /** Show the first level that can be had, then the standard one. */
  async begin() {
    const { signal } = this.#run;
    try {
      const light = fetchEnvironment(this.viewer.dataset.environment, signal);
      const [environment, model] = await Promise.all([light, this.#first()]);
      if (signal.aborted) return;
      this.#open(environment);
      await this.#show(model);
      this.#reveal();
    } catch (error) {
      if (!signal.aborted) this.#giveUp("The 3D model didn’t load.", error);
      return;
    }
    await this.#climb("standard");
  }

  async #first() {
    const [lowest, next] = ORDER.filter((name) => this.levels[name]);
    try {
      return await this.#fetch(lowest);
    } catch (error) {
      if (!next || this.#run.signal.aborted) throw error;
      return this.#fetch(next);
    }
  }

  async #fetch(name, signal = this.#run.signal, cancel = null) {
    const level = this.levels[name];
    const onProgress = (part) => this.panel.progress(name, wireBytes(level), part, cancel);
    onProgress(0);
    return parse(await download(level, { signal, onProgress }), name);
  }

  /** Load a finer level beside the one that is shown; what is shown stays when that fails. */
  async #climb(name) {
    if (!this.levels[name] || this.#climbing || this.viewer.level === name) return;
    const attempt = new AbortController();
    const { signal } = attempt;
    this.#run.signal.addEventListener("abort", () => attempt.abort(), { signal });
    this.#climbing = true;
    try {
      const model = await this.#fetch(name, signal, name === "high" ? () => this.#decline(attempt) : null);
      if (!signal.aborted) await this.#show(model);
    } catch (error) {
      if (!signal.aborted) this.#stay(name, error);
    }
    this.#climbing = false;
    if (name === "standard" && !signal.aborted) this.wantFiner();
  }

  #decline(attempt) {
    this.#declined = true;
    attempt.abort();
    this.panel.settle();
    this.panel.stage.focus({ preventScroll: true });
  }

  #stay(name, error) {
    console.warn(error);
    this.panel.note("The finer model didn’t load.", "Try again", () => this.#climb(name));
  }

  /** Load the high level when the shopper looks closely and the device can hold it. */
  wantFiner(asked = false) {
    if (asked) this.#declined = false;
    const close = this.controls.isFull || this.orbit.magnification >= NEAR_ENOUGH;
    const able = (navigator.deviceMemory ?? LITTLE_MEMORY) >= LITTLE_MEMORY && !savesData();
    if (this.viewer.level === "standard" && close && able && !this.#declined) this.#climb("high");
  }

  /** Dress, compile and upload a model beside the one that is shown, then swap them in one frame. */
  async #show(model) {
    const { stage, viewer } = this;
    await this.#dress(model);
    await stage.warm(model);
    if (this.#run.signal.aborted) return model.dispose();
    this.#player.attach(model);
    viewer.modelReady(model.root, model.level);
    applyEffects(model, viewer.effects);
    model.shape = shapeOf(viewer.effects);
    this.#texts = new Map();
    stage.swap(model, this.#measure(model));
    this.configure();
    this.panel.settle();
    viewer.dataset.level = model.level;
    viewer.dispatchEvent(new CustomEvent("level", { detail: { level: model.level }, bubbles: true }));
  }

  // --- stage ---------------------------------------------------------------------------------------

  #open(environment) {
    const { camera, bounds } = this.viewer.dataset;
    const { min, max } = JSON.parse(bounds);
    this.rest = new Box3(new Vector3(...min), new Vector3(...max));
    this.stage = new Stage(environment, { tick: (seconds) => this.#tick(seconds), drawn: () => this.controls.draw() });
    this.orbit = new Orbit(this.stage.camera, JSON.parse(camera), this.rest.clone());
    this.controls = new Controls(this, this.#run.signal);
    this.controls.setBounds(this.rest);
    this.panel.stage.prepend(this.stage.canvas);
    this.#watch(this.#run.signal);
  }

  /** Size, visibility, reduced motion and the loss of the context. */
  #watch(signal) {
    const sized = new ResizeObserver(() => this.#resize());
    const seen = new IntersectionObserver(([entry]) => {
      this.#inView = entry.isIntersecting;
      this.stage.invalidate();
    });
    sized.observe(this.panel.stage);
    seen.observe(this.viewer);
    signal.addEventListener("abort", () => [sized, seen].forEach((observer) => observer.disconnect()));
    const setCalm = () => (this.orbit.calm = STILL.matches);
    STILL.addEventListener("change", setCalm, { signal });
    this.stage.canvas.addEventListener("webglcontextlost", (event) => this.#lose(event), { signal });
    setCalm();
    this.#resize();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.panel.stage;
    if (!width || !height) return;
    this.stage.setSize(width, height);
    this.orbit.setFrame(width, height, parseFloat(getComputedStyle(this.viewer).paddingBlockEnd));
    if (this.stage.model) this.stage.render();
  }

  #reveal() {
    const start = this.viewer.querySelector(":scope > .pv-start");
    const hadFocus = start && start === document.activeElement;
    this.viewer.dataset.state = "live";
    start?.setAttribute("hidden", "");
    if (hadFocus) this.panel.stage.focus({ preventScroll: true });
    this.playing = !STILL.matches;
    this.controls.addPlayer(this.stage.model);
    if (!STILL.matches) this.#hint.offer();
  }

  #lose(event) {
    event.preventDefault();
    this.viewer.fail("3D stopped: the device ran short of graphics memory.");
  }

  #giveUp(sentence, error) {
    console.warn(error);
    this.viewer.fail(sentence);
  }

  // --- effects -------------------------------------------------------------------------------------

  /** Make the model what the viewer's effects say, in the next frame. */
  configure() {
    const model = this.stage?.model;
    if (!model) return;
    this.#tellTexts();
    applyEffects(model, this.viewer.effects);
    const shape = shapeOf(this.viewer.effects);
    if (shape !== model.shape) this.stage.castShadow(this.#measure(model));
    model.shape = shape;
    if (variantOf(this.viewer.effects) !== model.variant) this.#changeVariant(model);
    this.stage.invalidate();
  }

  async #changeVariant(model) {
    const turn = ++this.#turn;
    const isStale = () => turn !== this.#turn || this.stage.model !== model;
    try {
      await this.#dress(model, isStale);
      if (!isStale()) this.stage.invalidate();
    } catch (error) {
      if (!isStale()) this.#giveUp("This look of the product didn’t load.", error);
    }
  }

  async #dress(model, isStale = () => false) {
    const { effects } = this.viewer;
    const dress = await fetchVariant(model, effects);
    if (isStale()) return;
    dress();
    model.variant = variantOf(effects);
    applyEffects(model, this.viewer.effects);
  }

  #tellTexts() {
    const texts = textsOf(this.viewer.effects);
    for (const option of this.#texts.keys()) if (!texts.has(option)) this.viewer.applyText(option, "");
    for (const [option, value] of texts) if (this.#texts.get(option) !== value) this.viewer.applyText(option, value);
    this.#texts = texts;
  }

  /** The box of what is shown: the manifest's, grown by what options stretch, show and hide. */
  #measure(model) {
    const box = model.box();
    const bounds = this.rest.clone();
    if (box.isEmpty()) return bounds;
    bounds.min.add(box.min).sub(model.rest.min);
    bounds.max.add(box.max).sub(model.rest.max);
    this.orbit.setBounds(bounds);
    this.controls.setBounds(bounds);
    return bounds;
  }

  // --- motion --------------------------------------------------------------------------------------

  get playing() {
    return this.#player.playing;
  }

  set playing(playing) {
    this.#player.playing = playing;
    this.stage.invalidate();
  }

  /** The shopper has taken over: no more hint, and perhaps a finer level. */
  touched() {
    this.#hint.stop();
    this.stage.invalidate();
    this.wantFiner();
  }

  #tick(seconds) {
    let moving = this.orbit.update(seconds);
    moving = this.#hint.step(this.orbit, seconds) || moving;
    if (!this.#inView) return moving;
    moving = this.#player.step(seconds) || moving;
    if (STILL.matches || !this.viewer.animates) return moving;
    this.viewer.frame(seconds);
    return true;
  }
}
