import {
  BackSide,
  Group,
  Mesh,
  MeshBasicMaterial,
  MeshDepthMaterial,
  NoBlending,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  Vector2,
  WebGLRenderTarget,
} from "three";

const SIDE = 128; // texels: it is soft anyway, and each pass over it costs
const CASTS = 1; // the layer of what throws a shadow
const [CLOSE, FAR] = [0.3, 1.1]; // reach of the two shadows, in parts of the product's height

const BLUR_VERTEX = "varying vec2 at; void main() { at = uv; gl_Position = vec4(position.xy, 0.0, 1.0); }";
const BLUR_FRAGMENT = `
uniform sampler2D image; uniform vec2 stride; varying vec2 at;
void main() {
  float sum = 0.0, weights = 0.0;
  for (float i = -6.0; i <= 6.0; i += 1.0) {
    float weight = exp(-0.08 * i * i);
    sum += weight * texture2D(image, at + i * stride).a;
    weights += weight;
  }
  gl_FragColor = vec4(0.0, 0.0, 0.0, sum / weights);
}`;

/** The soft darkness under a product: its depth seen from the floor, blurred once per level or shape. */
export class ContactShadow {
  constructor() {
    this.targets = Array.from({ length: 3 }, () => new WebGLRenderTarget(SIDE, SIDE)); // close, scratch, far
    this.plane = new Group().add(floor(this.targets[0], 0.45), floor(this.targets[2], 0.3));
    this.plane.rotation.x = Math.PI / 2; // seen from below the picture is not mirrored, hence BackSide
    this.camera = new OrthographicCamera();
    this.camera.layers.set(CASTS);
    this.depth = depthMaterial();
    this.blur = new ShaderMaterial({
      vertexShader: BLUR_VERTEX,
      fragmentShader: BLUR_FRAGMENT,
      uniforms: { image: { value: null }, stride: { value: new Vector2() } },
      blending: NoBlending,
      depthTest: false,
      depthWrite: false,
    });
    const screen = new Mesh(new PlaneGeometry(2, 2), this.blur);
    screen.frustumCulled = false;
    screen.layers.enable(CASTS);
    this.screen = new Scene().add(screen);
  }

  /** Draw the shadow anew for what is visible in the scene. */
  bake(renderer, scene, bounds) {
    const [close, scratch, far] = this.targets;
    this.#frame(bounds);
    scene.traverse((object) => object.isMesh && markCaster(object));
    this.plane.visible = false;
    scene.overrideMaterial = this.depth;
    this.#look(renderer, scene, close, CLOSE);
    this.#look(renderer, scene, far, FAR);
    scene.overrideMaterial = null;
    for (const texels of [1, 0.5]) this.#soften(renderer, close, scratch, texels);
    for (const texels of [3, 1.7, 0.8]) this.#soften(renderer, far, scratch, texels);
    renderer.setRenderTarget(null);
    this.plane.visible = true;
  }

  #frame({ min, max }) {
    const [width, height, depth] = [max.x - min.x, max.y - min.y, max.z - min.z];
    const margin = 0.4 * Math.max(Math.min(width, depth), 0.4 * Math.max(width, depth));
    const [x, z] = [width / 2 + margin, depth / 2 + margin];
    this.height = height + 1e-4;
    Object.assign(this.camera, { left: -x, right: x, top: z, bottom: -z, near: 0 });
    this.camera.position.set((min.x + max.x) / 2, min.y - 1e-4, (min.z + max.z) / 2);
    this.camera.up.set(0, 0, 1);
    this.camera.lookAt(this.camera.position.x, min.y + 1, this.camera.position.z);
    this.plane.scale.set(2 * x, 2 * z, 1);
    this.plane.position.copy(this.camera.position);
  }

  /** The scene from below, darker where it is nearer to the floor, up to a part of its height. */
  #look(renderer, scene, target, reach) {
    this.camera.far = reach * this.height;
    this.camera.updateProjectionMatrix();
    renderer.setRenderTarget(target);
    renderer.clear();
    renderer.render(scene, this.camera);
  }

  /** Blur across, then along; texels is the distance between two of thirteen taps. */
  #soften(renderer, target, scratch, texels) {
    this.#pass(renderer, target, scratch, texels / SIDE, 0);
    this.#pass(renderer, scratch, target, 0, texels / SIDE);
  }

  #pass(renderer, from, to, x, y) {
    this.blur.uniforms.image.value = from.texture;
    this.blur.uniforms.stride.value.set(x, y);
    renderer.setRenderTarget(to);
    renderer.render(this.screen, this.camera);
  }

  dispose() {
    const planes = this.plane.children.flatMap((plane) => [plane.geometry, plane.material]);
    const [{ geometry }] = this.screen.children;
    for (const thing of [...this.targets, ...planes, geometry, this.depth, this.blur]) thing.dispose();
  }
}

function floor(target, opacity) {
  const look = { map: target.texture, opacity, transparent: true, depthWrite: false, side: BackSide, toneMapped: false };
  const plane = new Mesh(new PlaneGeometry(1, 1), new MeshBasicMaterial(look));
  plane.renderOrder = -1;
  return plane;
}

/** Glass lets the light through. */
function markCaster(mesh) {
  const { transmission = 0, transparent, opacity } = mesh.material;
  if (transmission > 0.5 || (transparent && opacity < 0.5)) mesh.layers.disable(CASTS);
  else mesh.layers.enable(CASTS);
}

function depthMaterial() {
  const material = new MeshDepthMaterial({ blending: NoBlending });
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      "gl_FragColor = vec4( vec3( 1.0 - fragCoordZ ), opacity );",
      "gl_FragColor = vec4( vec3( 0.0 ), ( 1.0 - fragCoordZ ) );",
    );
  };
  return material;
}
