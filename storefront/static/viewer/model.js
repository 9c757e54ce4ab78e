import { AnimationMixer, Box3, MeshPhysicalMaterial, MeshStandardMaterial } from "three";

const LOOK = ["color", "roughness", "metalness", "clearcoat", "clearcoatRoughness", "sheen", "sheenColor", "sheenRoughness"];

/** One level of a product as three.js objects, found by the names that options use. */
export class Model {
  constructor(gltf, level) {
    this.level = level;
    this.root = gltf.scene;
    this.variants = gltf.userData.variants;
    this.clips = gltf.animations;
    this.mixer = this.clips.length ? new AnimationMixer(this.root) : null;
    this.nodes = new Map();
    this.meshes = [];
    this.looks = new Map(); // material of the file -> {rest, live}
    this.root.updateMatrixWorld(true);
    this.root.traverse((object) => this.#index(object, gltf.parser));
    this.rest = this.box();
  }

  #index(object, parser) {
    object.userData.rest = object.matrixWorld.clone(); // before any animation moves it
    const node = parser.associations.get(object)?.nodes;
    const name = node === undefined ? undefined : parser.json.nodes[node].name;
    if (name) this.nodes.set(name, [...(this.nodes.get(name) ?? []), object]);
    const hidden = parser.json.nodes[node]?.extensions?.KHR_node_visibility?.visible === false;
    object.userData.shown = !hidden && !object.isLight; // every product stands in the same light
    object.visible = object.userData.shown;
    if (!object.isMesh) return;
    this.meshes.push(object);
    this.learn(object.material);
  }

  /** Remember what a material of the file looks like before anybody paints it. */
  learn(material) {
    if (!this.looks.has(material)) this.looks.set(material, { rest: lookOf(material), live: material });
  }

  /** Dress a mesh in a material of the file, painted or not. */
  wear(mesh, material) {
    this.learn(material);
    mesh.material = this.looks.get(material).live;
  }

  named(material) {
    return [...this.looks.values()].filter((look) => look.rest.name === material);
  }

  restoreLooks() {
    for (const { rest, live } of this.looks.values()) restore(live, rest);
  }

  /** Clearcoat and sheen need the physical material; it replaces the plain one where that is worn. */
  makePhysical(look) {
    const plain = look.live;
    if (plain.isMeshPhysicalMaterial || !plain.isMeshStandardMaterial) return;
    const physical = new MeshPhysicalMaterial();
    MeshStandardMaterial.prototype.copy.call(physical, plain);
    physical.defines = { STANDARD: "", PHYSICAL: "" };
    look.rest = { ...lookOf(physical), ...look.rest };
    look.live = physical;
    for (const mesh of this.meshes) if (mesh.material === plain) mesh.material = physical;
  }

  /** The box around what is visible, in metres; also of single meshes, kept until they change shape. */
  box() {
    const whole = new Box3();
    for (const mesh of this.meshes) if (isVisible(mesh)) whole.union(boxOf(mesh));
    return whole;
  }

  textures() {
    const materials = [...this.looks.values()].map((look) => look.live);
    const values = materials.flatMap((material) => Object.values(material));
    return new Set(values.filter((value) => value?.isTexture));
  }

  dispose() {
    this.mixer?.stopAllAction();
    for (const texture of this.textures()) {
      texture.dispose();
      texture.source.data?.close?.();
    }
    for (const [material, { live }] of this.looks) {
      material.dispose();
      live.dispose();
    }
    for (const mesh of this.meshes) {
      mesh.geometry.dispose();
      mesh.skeleton?.dispose();
    }
  }
}

function boxOf(mesh) {
  mesh.userData.box ??= new Box3().expandByObject(mesh, true);
  return mesh.userData.box;
}

function isVisible(object) {
  for (let at = object; at; at = at.parent) if (!at.visible) return false;
  return true;
}

function lookOf(material) {
  const look = { name: material.name };
  for (const key of LOOK) if (material[key] !== undefined) look[key] = material[key].clone?.() ?? material[key];
  return look;
}

function restore(material, look) {
  for (const key of LOOK) {
    if (look[key] === undefined) continue;
    if (material[key].copy) material[key].copy(look[key]);
    else material[key] = look[key];
  }
}
