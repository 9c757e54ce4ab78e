import { Box3, BufferAttribute, Matrix3, Matrix4, Vector3 } from "three";

/** Bend the geometry of all stretched nodes to the effects; what no longer stretches is as in the file. */
export function reshape(model, effects) {
  const wanted = JSON.stringify(effects);
  if (wanted === (model.stretched ?? "[]")) return;
  model.stretched = wanted;
  model.soft ??= new Map();
  const steps = effects.flatMap((effect) => stepsOf(model, effect));
  const touched = new Set([...model.soft.keys(), ...steps.flatMap((step) => step.meshes)]);
  for (const mesh of touched) bend(soften(model, mesh), steps.filter((step) => step.meshes.includes(mesh)));
}

/** One step for each node of that name: its box at rest, and the meshes that hang under it. */
function stepsOf(model, { node, axis, grow, keep }) {
  return (model.nodes.get(node) ?? []).map((root) => {
    const meshes = model.meshes.filter((mesh) => isUnder(mesh, root));
    meshes.forEach((mesh) => soften(model, mesh));
    const inverse = restMatrix(root).invert();
    const into = new Map(meshes.map((mesh) => [mesh, inverse.clone().multiply(restMatrix(mesh))]));
    const box = new Box3();
    for (const mesh of meshes) addPoints(box, model.soft.get(mesh).points, into.get(mesh));
    return { meshes, into, axis, map: nineSlice(box.min[axis], box.max[axis], grow, keep, axis === "y") };
  });
}

/**
 * Where a coordinate goes, and how much the space about it is scaled: the outer `keep` metres move
 * rigidly, what lies between is scaled. About the middle, or from the foot (plugin_api.Stretch).
 */
function nineSlice(low, high, grow, keep, fromFoot) {
  const rim = Math.min(keep, (high - low) / 2 - 1e-4);
  const [start, end] = [low + rim, high - rim];
  const scale = Math.max((end - start + grow) / (end - start), 0);
  const shift = fromFoot ? 0 : -grow / 2;
  return (value) => {
    if (value <= start) return [value + shift, 1];
    if (value >= end) return [value + grow + shift, 1];
    return [start + (value - start) * scale + shift, scale];
  };
}

/** Give a mesh float geometry of its own: several nodes may share one, and quantised steps are coarse. */
function soften(model, mesh) {
  const known = model.soft.get(mesh);
  if (known) return known;
  const old = mesh.geometry;
  mesh.geometry = old.clone();
  const soft = { mesh, points: floats(old.attributes.position), normals: floats(old.attributes.normal) };
  mesh.geometry.setAttribute("position", new BufferAttribute(soft.points.slice(), 3));
  if (soft.normals) mesh.geometry.setAttribute("normal", new BufferAttribute(soft.normals.slice(), 3));
  if (mesh.isInstancedMesh) soft.instances = mesh.instanceMatrix.array.slice();
  model.soft.set(mesh, soft);
  return soft;
}

function floats(attribute) {
  if (!attribute) return null;
  const out = new Float32Array(attribute.count * 3);
  for (let i = 0; i < attribute.count; i += 1) {
    out.set([attribute.getX(i), attribute.getY(i), attribute.getZ(i)], 3 * i);
  }
  return out;
}

function bend({ mesh, points, normals, instances }, steps) {
  if (instances) return moveInstances(mesh, instances, steps);
  const { position, normal } = mesh.geometry.attributes;
  position.array.set(points);
  if (normals) normal.array.set(normals);
  for (const { into, axis, map } of steps) bendOnce(position.array, normal?.array, into.get(mesh), axis, map);
  position.needsUpdate = true;
  if (normals) normal.needsUpdate = true;
  mesh.geometry.computeBoundingBox();
  mesh.geometry.computeBoundingSphere();
  mesh.userData.box = null;
}

function bendOnce(points, normals, into, axis, map) {
  const back = into.clone().invert();
  const [turn, turnBack] = [new Matrix3().getNormalMatrix(into), new Matrix3().getNormalMatrix(back)];
  const [point, normal] = [new Vector3(), new Vector3()];
  for (let i = 0; i < points.length; i += 3) {
    point.fromArray(points, i).applyMatrix4(into);
    const [moved, scale] = map(point[axis]);
    point[axis] = moved;
    point.applyMatrix4(back).toArray(points, i);
    if (!normals || scale === 1 || scale === 0) continue;
    normal.fromArray(normals, i).applyMatrix3(turn);
    normal[axis] /= scale;
    normal.applyMatrix3(turnBack).normalize().toArray(normals, i);
  }
}

/** Instances move as wholes, by where their origin goes. */
function moveInstances(mesh, rest, steps) {
  mesh.instanceMatrix.array.set(rest);
  const [matrix, origin] = [new Matrix4(), new Vector3()];
  for (let i = 0; i < mesh.count; i += 1) {
    mesh.getMatrixAt(i, matrix);
    origin.setFromMatrixPosition(matrix);
    for (const { into, axis, map } of steps) {
      origin.applyMatrix4(into.get(mesh));
      origin[axis] = map(origin[axis])[0];
      origin.applyMatrix4(into.get(mesh).clone().invert());
    }
    mesh.setMatrixAt(i, matrix.setPosition(origin));
  }
  mesh.instanceMatrix.needsUpdate = true;
  mesh.computeBoundingSphere();
  mesh.userData.box = null;
}

function restMatrix(object) {
  return object.userData.rest.clone();
}

function addPoints(box, points, matrix) {
  const point = new Vector3();
  for (let i = 0; i < points.length; i += 3) box.expandByPoint(point.fromArray(points, i).applyMatrix4(matrix));
}

function isUnder(object, root) {
  for (let at = object; at; at = at.parent) if (at === root) return true;
  return false;
}
