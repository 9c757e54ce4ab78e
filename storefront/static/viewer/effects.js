import { reshape } from "./stretch.js";

const SHEEN_ROUGHNESS = 0.5; // a material without sheen has none to keep

/** Make a model what the effects of a complete selection say; anything they don't name is as in the file. */
export function applyEffects(model, effects) {
  model.restoreLooks();
  for (const effect of of(effects, "paint")) paint(model, effect);
  showOnly(model, of(effects, "show"));
  reshape(model, of(effects, "stretch"));
}

/** Fetch what a variant wears; returns a function that puts it on, between two frames. */
export async function fetchVariant(model, effects) {
  if (!model.variants) return () => {};
  const worn = await model.variants.select(of(effects, "variant").at(-1)?.name ?? null);
  return () => worn.forEach(([mesh, material]) => model.wear(mesh, material));
}

/** A value that is equal when the same variant is asked for. */
export function variantOf(effects) {
  return of(effects, "variant").at(-1)?.name ?? null;
}

/** A value that is equal when the product has the same shape and size. */
export function shapeOf(effects) {
  return JSON.stringify(effects.filter(({ kind }) => kind === "show" || kind === "stretch"));
}

/** Option -> text. */
export function textsOf(effects) {
  return new Map(of(effects, "text").map(({ option, value }) => [option, value]));
}

function of(effects, kind) {
  return effects.filter((effect) => effect.kind === kind);
}

function paint(model, { slot, material: wanted }) {
  for (const look of model.named(slot)) {
    if (wanted.clearcoat != null || wanted.sheen != null) model.makePhysical(look);
    tint(look.live, wanted);
  }
}

function tint(material, { color, roughness, metalness, clearcoat, sheen }) {
  if (color != null) material.color.set(color);
  if (roughness != null && "roughness" in material) material.roughness = roughness;
  if (metalness != null && "metalness" in material) material.metalness = metalness;
  if (!material.isMeshPhysicalMaterial) return;
  if (clearcoat != null) material.clearcoat = clearcoat;
  if (sheen == null) return;
  if (!material.sheen) material.sheenRoughness = SHEEN_ROUGHNESS;
  material.sheen = 1;
  material.sheenColor.set(sheen);
}

function showOnly(model, effects) {
  const setVisible = (name, visible) => model.nodes.get(name)?.forEach((node) => (node.visible = visible));
  for (const nodes of model.nodes.values()) nodes.forEach((node) => (node.visible = node.userData.shown));
  for (const { node, hides = [] } of effects) {
    hides.forEach((name) => setVisible(name, false));
    setVisible(node, true);
  }
}
