"""A document as a USDZ package."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, Vt

from renderd.pipeline.bake import bake_transforms
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.plain import drop_variants
from renderd.pipeline.scene import (
    Draw,
    hidden_nodes,
    instance_matrices,
    local_matrix,
    scene_roots,
    world_matrices,
)
from renderd.pipeline.usd.looks import Looks, primvar_name
from renderd.pipeline.usd.names import Names
from renderd.pipeline.usd.pictures import Pictures
from renderd.pipeline.usd.shapes import Shape, moved, shape_of, unit

ROOT = Sdf.Path("/model")

EPOCH = 315_792_000
"""4 January 1980: a time that zip files can say in every zone."""


def write(document: Document, path: Path) -> None:
    """Write ``document`` to ``path`` as its package says (``renderd.pipeline.usd.write_usdz``)."""
    document = document.copy()
    drop_variants(document)
    bake_transforms(document)
    with tempfile.TemporaryDirectory(prefix="usd-", dir=path.parent) as folder:
        layer = Path(folder) / "model.usdc"
        pictures = Pictures(document, Path(folder))
        stage = Usd.Stage.CreateInMemory()
        Scene(document, stage, pictures).write()
        # Written from memory in one go, the file has neither history nor gaps.
        stage.GetRootLayer().Export(str(layer))
        pack(path, Path(folder), [layer.name, *pictures.files])


def pack(path: Path, folder: Path, names: list[str]) -> None:
    """Put files of ``folder`` into a package, the layer first; raises OSError."""
    writer = Sdf.ZipFileWriter.CreateNew(str(path))
    for name in names:
        # The package holds the times of its files, and equal documents are to give equal bytes.
        os.utime(folder / name, (EPOCH, EPOCH))
        writer.AddFile(str(folder / name), name)
    if not writer.Save():
        raise OSError(f"{path} can't be written")


class Scene:
    """Writes the nodes, meshes and materials of a document into an empty stage."""

    def __init__(self, document: Document, stage: Usd.Stage, pictures: Pictures) -> None:
        self._document = document
        self._stage = stage
        self._worlds = world_matrices(document)
        self._looks = Looks(document, stage, ROOT.AppendChild("materials"), pictures)
        self._shapes: dict[tuple[int, int, bytes], Shape | None] = {}
        self._names = {ROOT: Names("materials")}
        self._drawn = 0

    def write(self) -> None:
        """Everything that is drawn; raises ModelError if nothing is."""
        UsdGeom.SetStageMetersPerUnit(self._stage, 1.0)
        UsdGeom.SetStageUpAxis(self._stage, UsdGeom.Tokens.y)
        root = UsdGeom.Xform.Define(self._stage, ROOT).GetPrim()
        root.SetMetadata("kind", "component")
        root.SetAssetInfoByKey("name", "model")
        self._stage.SetDefaultPrim(root)
        UsdGeom.Scope.Define(self._stage, ROOT.AppendChild("materials"))
        for node, parent in self._nodes():
            self._add_meshes(self._document.json["nodes"][node], node, parent)
        if not self._drawn:
            raise ModelError("the model shows no triangles; expected at least one")

    def _nodes(self) -> Iterator[tuple[int, Sdf.Path]]:
        """The shown nodes that hold meshes, each with the place of its own in the stage."""
        hidden, holders = hidden_nodes(self._document), mesh_holders(self._document)
        stack = [(index, ROOT) for index in reversed(scene_roots(self._document))]
        while stack:
            index, parent = stack.pop()
            if index in hidden or index not in holders:
                continue
            node = self._document.json["nodes"][index]
            path = parent if is_grid(node) else self._place(parent, node)
            if "mesh" in node:
                yield index, path
            stack += [(child, path) for child in reversed(node.get("children", []))]

    def _place(self, parent: Sdf.Path, node: Json, matrix: Array | None = None) -> Sdf.Path:
        """A new place under ``parent``, moved as the node says or by ``matrix``."""
        name = self._names.setdefault(parent, Names()).unique(node.get("name", ""), "part")
        path = parent.AppendChild(name)
        place = UsdGeom.Xform.Define(self._stage, path)
        place.GetPrim().SetDisplayName(node.get("name", ""))
        matrix = local_matrix(node) if matrix is None else matrix
        if not np.array_equal(matrix, np.eye(4)):
            # USD multiplies rows from the left.
            place.AddTransformOp().Set(Gf.Matrix4d(matrix.T.tolist()))
        return path

    def _add_meshes(self, node: Json, index: int, path: Sdf.Path) -> None:
        """The primitives of a node's mesh, once for each instance."""
        mesh = self._document.json["meshes"][node["mesh"]]
        weights = tuple(node.get("weights", mesh.get("weights", ())))
        skinned = node.get("skin")
        places = instance_matrices(self._document, node)
        for instance in places:
            base = path if len(places) == 1 else self._place(path, {"name": "copy"}, instance)
            for number, primitive in enumerate(mesh["primitives"]):
                draw = Draw(
                    *(index, node.get("name", ""), self._worlds[index], node["mesh"]),
                    *(primitive, primitive.get("material"), skinned, weights),
                )
                matrix = local_matrix(node) if is_grid(node) else np.eye(4)
                shape = self._shape(draw, number, matrix)
                if shape is not None:
                    self._add_mesh(base if skinned is None else ROOT, draw, shape)

    def _shape(self, draw: Draw, number: int, matrix: Array) -> Shape | None:
        """The shape of a draw; equal ones are one object, which a package holds once."""
        key = (draw.mesh, number, matrix.tobytes() + repr((draw.weights, draw.skin)).encode())
        if key not in self._shapes:
            shape = shape_of(self._document, draw, self._worlds)
            self._shapes[key] = shape if shape is None or draw.skin is not None else moved(shape, matrix)
        return self._shapes[key]

    def _add_mesh(self, parent: Sdf.Path, draw: Draw, shape: Shape) -> None:
        """A mesh prim with its material."""
        self._drawn += len(shape.faces)
        name = self._names.setdefault(parent, Names()).unique(
            f"{draw.name}_mesh" if draw.name else "", "mesh"
        )
        mesh = UsdGeom.Mesh.Define(self._stage, parent.AppendChild(name))
        material = self._looks.json(draw.material)
        factor = material.get("pbrMetallicRoughness", {}).get("baseColorFactor", (1, 1, 1, 1))
        fill(mesh, shape, np.array(factor, float))
        mesh.CreateDoubleSidedAttr(bool(material.get("doubleSided", False)))
        look = self._looks.material(draw.material, shape.colors is not None)
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(look)


def mesh_holders(document: Document) -> set[int]:
    """Nodes that hold a mesh, and all above them."""
    nodes = document.items("nodes")
    parents = {child: index for index, node in enumerate(nodes) for child in node.get("children", [])}
    found: set[int] = set()
    for index, node in enumerate(nodes):
        at: int | None = index if "mesh" in node else None
        while at is not None and at not in found:
            found.add(at)
            at = parents.get(at)
    return found


def is_grid(node: Json) -> bool:
    """Whether a node is a nameless leaf, as quantisation makes them, whose place goes into its points."""
    plain = "mesh" in node and not node.keys() & {"name", "children", "skin"}
    instanced = "EXT_mesh_gpu_instancing" in node.get("extensions", {})
    return plain and not instanced and float(np.linalg.det(local_matrix(node)[:3, :3])) > 0


def fill(mesh: UsdGeom.Mesh, shape: Shape, factor: Array) -> None:
    """Write the numbers of a shape; ``factor`` (4,) multiplies its vertex colours."""
    points = shape.points.astype(np.float32)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(points)))
    extent = np.stack([points.min(axis=0), points.max(axis=0)])
    mesh.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(extent))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(shape.faces), 3, np.int32)))
    flat = np.ascontiguousarray(shape.faces.ravel(), np.int32)
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(flat))
    if shape.normals is not None:
        normals = np.ascontiguousarray(unit(shape.normals), np.float32)
        mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(normals))
        mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    fill_primvars(UsdGeom.PrimvarsAPI(mesh), shape, factor)


def fill_primvars(primvars: UsdGeom.PrimvarsAPI, shape: Shape, factor: Array) -> None:
    """Texture coordinates and colours of the vertices."""
    types, vertex = Sdf.ValueTypeNames, UsdGeom.Tokens.vertex
    for number, values in sorted(shape.uvs.items()):
        made = primvars.CreatePrimvar(primvar_name(number), types.TexCoord2fArray, vertex)
        made.Set(Vt.Vec2fArray.FromNumpy(np.ascontiguousarray(values, np.float32)))
    if shape.colors is not None:
        colors = np.ascontiguousarray(shape.colors * factor, np.float32)
        made = primvars.CreatePrimvar("displayColor", types.Color3fArray, vertex)
        made.Set(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(colors[:, :3])))
        made = primvars.CreatePrimvar("displayOpacity", types.FloatArray, vertex)
        made.Set(Vt.FloatArray.FromNumpy(np.ascontiguousarray(colors[:, 3])))
