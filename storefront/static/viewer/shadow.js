import {
  BackSide,
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

const SIDE = 256;
const REACH = 0.3; // of the product's height: what hangs higher throws no contact shadow

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
    this.targets = [new WebGLRenderTarget(SIDE, SIDE), new WebGLRenderTarget(SIDE, SIDE)];
    this.material = new MeshBasicMaterial({
      map: this.targets[0].texture,
      transparent: true,
      opacity: 0.5,
      depthWrite: false,
      side: BackSide,
      toneMapped: false,
    });
    this.plane = new Mesh(new PlaneGeometry(1, 1), this.material);
    this.plane.rotation.x = Math.PI / 2; // seen from below the picture is not mirrored, hence BackSide
    this.plane.renderOrder = -1;
    this.camera = new OrthographicCamera();
    this.depth = depthMaterial();
    this.blur = new ShaderMaterial({
      vertexShader: BLUR_VERTEX,
      fragmentShader: BLUR_FRAGMENT,
      uniforms: { image: { value: null }, stride: { value: new Vector2() } },
      blending: NoBlending,
      depthTest: false,
      depthWrite: false,
    });
    this.screen = new Scene().add(new Mesh(new PlaneGeometry(2, 2), this.blur));
    this.screen.children[0].frustumCulled = false;
  }

  /** Draw the shadow anew for what is visible in the scene. */
  bake(renderer, scene, bounds) {
    this.#frame(bounds);
    this.plane.visible = false;
    scene.overrideMaterial = this.depth;
    renderer.setRenderTarget(this.targets[0]);
    renderer.clear();
    renderer.render(scene, this.camera);
    scene.overrideMaterial = null;
    for (const width of [2.2, 0.9]) this.#soften(renderer, width / SIDE);
    renderer.setRenderTarget(null);
    this.plane.visible = true;
  }

  #frame({ min, max }) {
    const [width, height, depth] = [max.x - min.x, max.y - min.y, max.z - min.z];
    const margin = 0.25 * Math.max(Math.min(width, depth), 0.3 * Math.max(width, depth));
    const [x, z] = [width / 2 + margin, depth / 2 + margin];
    Object.assign(this.camera, { left: -x, right: x, top: z, bottom: -z, near: 0, far: REACH * height + 1e-4 });
    this.camera.position.set((min.x + max.x) / 2, min.y - 1e-4, (min.z + max.z) / 2);
    this.camera.up.set(0, 0, 1);
    this.camera.lookAt(this.camera.position.x, min.y + 1, this.camera.position.z);
    this.camera.updateProjectionMatrix();
    this.plane.scale.set(2 * x, 2 * z, 1);
    this.plane.position.copy(this.camera.position);
  }

  #soften(renderer, stride) {
    for (const [from, to, x, y] of [[0, 1, stride, 0], [1, 0, 0, stride]]) {
      this.blur.uniforms.image.value = this.targets[from].texture;
      this.blur.uniforms.stride.value.set(x, y);
      renderer.setRenderTarget(this.targets[to]);
      renderer.render(this.screen, this.camera);
    }
  }

  dispose() {
    for (const thing of [...this.targets, this.material, this.plane.geometry, this.depth, this.blur]) thing.dispose();
  }
}

function depthMaterial() {
  const material = new MeshDepthMaterial({ blending: NoBlending });
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      "gl_FragColor = vec4( vec3( 1.0 - fragCoordZ ), opacity );",
      "gl_FragColor = vec4( vec3( 0.0 ), ( 1.0 - fragCoordZ ) * ( 1.0 - fragCoordZ ) );",
    );
  };
  return material;
}
