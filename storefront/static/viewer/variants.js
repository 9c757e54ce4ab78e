const NAME = "KHR_materials_variants";

/** GLTFLoader plugin: reads KHR_materials_variants; gltf.userData.variants becomes a Variants or null. */
export function variantsPlugin(parser) {
  return {
    name: NAME,
    afterRoot(gltf) {
      const names = parser.json.extensions?.[NAME]?.variants?.map((variant) => variant.name);
      gltf.userData.variants = names ? new Variants(parser, gltf, names) : null;
      return Promise.resolve();
    },
  };
}

/** Which material each primitive wears in which variant; materials are made when first asked for. */
class Variants {
  constructor(parser, gltf, names) {
    this.parser = parser;
    this.names = names;
    this.meshes = [];
    for (const scene of gltf.scenes) scene.traverse((object) => this.#collect(object));
  }

  #collect(mesh) {
    const place = this.parser.associations.get(mesh);
    if (!mesh.isMesh || place?.meshes === undefined) return;
    const primitive = this.parser.json.meshes[place.meshes].primitives[place.primitives ?? 0];
    const worn = new Map();
    for (const { material, variants } of primitive.extensions?.[NAME]?.mappings ?? []) {
      for (const variant of variants) worn.set(variant, material);
    }
    if (worn.size) this.meshes.push({ mesh, worn, standard: mesh.material, made: new Map() });
  }

  /** [[mesh, material]…] of a variant; null or an unknown name is the model's own look. */
  select(name) {
    const variant = this.names.indexOf(name);
    return Promise.all(this.meshes.map((entry) => this.#wear(entry, variant)));
  }

  async #wear(entry, variant) {
    const index = entry.worn.get(variant);
    if (index === undefined) return [entry.mesh, entry.standard];
    if (!entry.made.has(index)) entry.made.set(index, await this.#make(entry.mesh, index));
    return [entry.mesh, entry.made.get(index)];
  }

  async #make(mesh, index) {
    const material = await this.parser.getDependency("material", index);
    const before = mesh.material;
    mesh.material = material;
    this.parser.assignFinalMaterial(mesh); // may clone: vertex colours, flat shading, missing tangents
    const made = mesh.material;
    mesh.material = before;
    return made;
  }
}
