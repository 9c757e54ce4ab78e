import { NeutralToneMapping, PerspectiveCamera, Scene, ShaderChunk, SRGBColorSpace, WebGLRenderer } from "three";

import { ContactShadow } from "./shadow.js";

const ANISOTROPY = 4; // samples: a table top seen from its edge keeps its grain
const LONGEST_STEP = 0.1; // seconds: after a stall, motion goes on from where it was

// Browsers lay glass over the page in sRGB: what passes through it is dimmed on that curve, and its
// reflections are screened on top, for added they would burn white on a light page.
ShaderChunk.colorspace_fragment += `
#ifdef USE_TRANSMISSION
  float through = pow( clamp( 1.0 - gl_FragColor.a, 0.0, 1.0 ), 0.4545 );
  float shine = clamp( max( gl_FragColor.r, max( gl_FragColor.g, gl_FragColor.b ) ), 0.0, 1.0 );
  gl_FragColor.a = 1.0 - through * ( 1.0 - shine );
#endif`;

/** The one WebGL context: draws when asked, and only then. */
export class Stage {
  #frame = 0;
  #last = 0;

  /** tick(seconds) moves what moves and says whether to go on; drawn() runs after each frame. */
  constructor(environment, { tick, drawn }) {
    this.renderer = new WebGLRenderer({ antialias: true, alpha: true });
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.renderer.setClearColor(0x000000, 0);
    this.renderer.setClearColor = () => {}; // three.js puts half-white behind glass: here the page shines through
    this.canvas = this.renderer.domElement;
    this.camera = new PerspectiveCamera();
    this.scene = new Scene();
    this.scene.environment = environment;
    this.shadow = new ContactShadow();
    this.scene.add(this.shadow.plane);
    this.tick = tick;
    this.drawn = drawn;
  }

  setSize(width, height) {
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
  }

  /** Compile and upload a model that is not in the scene yet, while the old one goes on. */
  async warm(model) {
    for (const texture of model.textures()) {
      texture.anisotropy = ANISOTROPY;
      this.renderer.initTexture(texture);
    }
    if (this.renderer.extensions.has("KHR_parallel_shader_compile")) {
      await this.renderer.compileAsync(model.root, this.camera, this.scene);
    } else this.renderer.compile(model.root, this.camera, this.scene);
  }

  /** Replace the model between two frames. */
  swap(model, bounds) {
    const old = this.model;
    if (old) this.scene.remove(old.root);
    this.scene.add(model.root);
    this.model = model;
    this.castShadow(bounds);
    this.render();
    old?.dispose();
  }

  castShadow(bounds) {
    this.shadow.bake(this.renderer, this.scene, bounds);
  }

  /** Ask for a frame. */
  invalidate() {
    this.#frame ||= requestAnimationFrame((now) => this.#step(now));
  }

  #step(now) {
    this.#frame = 0;
    const seconds = this.#last ? Math.min((now - this.#last) / 1000, LONGEST_STEP) : 1 / 60;
    const goOn = this.tick(seconds);
    this.render();
    this.#last = goOn ? now : 0;
    if (goOn) this.invalidate();
  }

  render() {
    this.renderer.render(this.scene, this.camera);
    this.drawn();
  }

  snapshot(type) {
    this.render();
    return this.canvas.toDataURL(type);
  }

  dispose() {
    cancelAnimationFrame(this.#frame);
    this.model?.dispose();
    this.shadow.dispose();
    this.scene.environment.dispose();
    this.renderer.dispose();
    if (!this.renderer.getContext().isContextLost()) this.renderer.forceContextLoss();
    this.canvas.remove();
  }
}
