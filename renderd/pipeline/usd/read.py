"""A merchant's USD file as a glTF document: metres, y up, at the first of its times."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Gf, Tf, Usd, UsdGeom, UsdShade, UsdSkel

from renderd.pipeline.archive import Archive
from renderd.pipeline.axes import settle
from renderd.pipeline.budgets import MOST_ELEMENTS
from renderd.pipeline.creases import creased
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.usd.faces import TIME, Faces, coordinate_sets, faces_of, normals_of, primvar_of
from renderd.pipeline.usd.layers import MOST_PRIMS, unpack_layers
from renderd.pipeline.usd.materials import Materials
from renderd.pipeline.usd.places import Places
from renderd.pipeline.validate import MOST_NODE_DEPTH

MOST_SETS = 2
"""Sets of texture coordinates that are taken from a mesh."""

BROKEN = (Tf.ErrorException, RuntimeError, TypeError, ValueError)
"""What the library says of a layer that parses, but holds values of other types than its schemas have."""

VISIBILITY = "KHR_node_visibility"
USED = ("KHR_texture_transform", VISIBILITY)


def read(archive: Archive, main: str) -> Document:
    """The document of the layer ``main`` (``renderd.pipeline.usd.read_usd``)."""
    with tempfile.TemporaryDirectory(prefix="usd-") as folder:
        try:
            stage = Usd.Stage.Open(str(unpack_layers(archive, main, Path(folder))))
            document = Reader(stage, archive, Path(folder)).read()
            metres, up = UsdGeom.GetStageMetersPerUnit(stage), UsdGeom.GetStageUpAxis(stage)
        except BROKEN as error:
            raise ModelError("the USD file can't be read; expected a sound package") from error
    if not np.isfinite(metres) or metres <= 0:
        raise ModelError(f"a unit of the USD file has {metres} metres; expected a length above 0")
    settle(document, float(metres), "z" if up == UsdGeom.Tokens.z else "y")
    return document


class Reader:
    """Takes the meshes of a stage over into a document."""

    def __init__(self, stage: Usd.Stage, archive: Archive, folder: Path) -> None:
        self._stage = stage
        self._document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]})
        self._materials = Materials(self._document, archive, folder)
        self._places = Places(self._document)
        self._meshes: dict[str, int | None] = {}
        self._elements = 0

    def read(self) -> Document:
        """The document of all that is drawn; raises ModelError."""
        bake_skins(self._stage)
        self._walk(self._stage.GetPseudoRoot(), None)
        if not self._document.items("meshes"):
            raise ModelError("the USD file holds no mesh; expected a surface of triangles")
        used = sorted(set(extensions_in(self._document.json)))
        if used:
            self._document.json["extensionsUsed"] = used
        return self._document

    def _walk(self, root: Usd.Prim, base: int | None) -> None:
        """Add the meshes under ``root`` to nodes under ``base``."""
        prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies()))
        for seen, prim in enumerate(prims):
            if seen > MOST_PRIMS:
                raise ModelError(f"the USD file holds over {MOST_PRIMS} prims; expected fewer")
            if prim.GetPath().pathElementCount > MOST_NODE_DEPTH:
                raise ModelError(f"the prims are nested deeper than {MOST_NODE_DEPTH} levels")
            if not drawn(prim) and prim != root:
                prims.PruneChildren()
            elif prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                self._spread(UsdGeom.PointInstancer(prim), base)
            elif prim.IsA(UsdGeom.Mesh):
                mesh = self._mesh(UsdGeom.Mesh(prim))
                if mesh is not None:
                    self._places.hold(prim, mesh, root, base)

    def _spread(self, instancer: UsdGeom.PointInstancer, base: int | None) -> None:
        """Each instance of an instancer as a node, with what its prototype draws under it."""
        prototypes = instancer.GetPrototypesRel().GetForwardedTargets()
        numbers = instancer.GetProtoIndicesAttr().Get(TIME) or []
        matrices = instancer.ComputeInstanceTransformsAtTime(
            TIME, TIME, UsdGeom.PointInstancer.ExcludeProtoXform, UsdGeom.PointInstancer.ApplyMask
        )
        if len(matrices) != len(numbers) or len(numbers) > MOST_PRIMS:
            raise ModelError("an instancer has other numbers than places; expected one for each")
        parent = self._places.node(instancer.GetPrim(), self._stage.GetPseudoRoot(), base)
        for number, matrix in zip(numbers, matrices, strict=True):
            if not 0 <= number < len(prototypes) or len(self._document.items("nodes")) > MOST_PRIMS:
                raise ModelError("an instancer in the USD file names a prototype that it does not have")
            prototype = self._stage.GetPrimAtPath(prototypes[number])
            if prototype and not prototype.IsA(UsdGeom.PointInstancer):
                self._walk(prototype, self._places.add({}, matrix, parent))

    def _mesh(self, mesh: UsdGeom.Mesh) -> int | None:
        """The number of a mesh; None if it has no triangles. Instances share theirs."""
        prim = mesh.GetPrim()
        key = str((prim.GetPrimInPrototype() if prim.IsInstanceProxy() else prim).GetPath())
        if key not in self._meshes:
            primitives = self._primitives(mesh)
            made = self._document.add("meshes", {"primitives": primitives}) if primitives else None
            self._meshes[key] = made
        return self._meshes[key]

    def _primitives(self, mesh: UsdGeom.Mesh) -> list[Json]:
        """A primitive for each material of a mesh; raises ModelError past the budget of elements."""
        faces = faces_of(mesh)
        if faces is None:
            return []
        self._elements += len(faces.points) + len(faces.vertices)
        if self._elements > MOST_ELEMENTS:
            raise ModelError(f"the model has over {MOST_ELEMENTS} points and corners; expected fewer")
        normals = normals_of(mesh, faces)
        made = []
        for material, mask in materials_by_face(mesh, len(faces.counts)):
            corners = faces.corners[mask[faces.polygon]]
            if len(corners):
                made.append(self._primitive(mesh, faces, normals, corners, material))
        return made

    def _primitive(
        self,
        mesh: UsdGeom.Mesh,
        faces: Faces,
        normals: Array | None,
        corners: Array,
        material: UsdShade.Material | None,
    ) -> Json:
        """The corners of one material as a primitive."""
        colors = primvar_of(mesh, "displayColor", faces, 3)
        look, names = self._look(material, colors)
        used, inverse = np.unique(corners, return_inverse=True)
        sets = [primvar_of(mesh, name, faces, 2) for name in names or coordinate_sets(mesh)[:1]]
        values: dict[str, Array] = {
            f"TEXCOORD_{number}": values[used] * (1, -1) + (0, 1)
            for number, values in enumerate(sets[:MOST_SETS])
            if values is not None
        }
        if colors is not None and look[1]:
            opacity = primvar_of(mesh, "displayOpacity", faces, 1)
            alpha = np.ones((len(colors), 1)) if opacity is None else opacity
            values["COLOR_0"] = np.clip(np.concatenate([colors, alpha], axis=1)[used], 0, 1)
        points = faces.points[faces.vertices[used]]
        normals = None if normals is None else normals[used]
        doubled = bool(mesh.GetDoubleSidedAttr().Get(TIME))
        index = self._places.doubled(look[0]) if doubled else look[0]
        return add_primitive(self._document, points, normals, values, inverse.reshape(-1, 3), index)

    def _look(
        self, material: UsdShade.Material | None, colors: Array | None
    ) -> tuple[tuple[int, bool], tuple[str, ...]]:
        """(material, whether vertex colours show on it), and its sets of coordinates."""
        if material is not None:
            index, names, colored = self._materials.worn(material)
            return (index, colored), names
        if colors is None:
            return (self._materials.plain(None), False), ()
        if np.ptp(colors, axis=0).max() < 1e-6:
            return (self._materials.plain(tuple(colors[0].tolist())), False), ()
        return (self._materials.plain((1.0, 1.0, 1.0)), True), ()


def bake_skins(stage: Usd.Stage) -> None:
    """Pose skinned meshes as their skeletons stand at the first time."""
    roots = [prim for prim in stage.Traverse() if prim.IsA(UsdSkel.Root)]
    start = stage.GetStartTimeCode() if stage.HasAuthoredTimeCodeRange() else 0.0
    for root in roots:
        if not root.IsInstance() and not root.IsInPrototype():
            UsdSkel.BakeSkinning(UsdSkel.Root(root), Gf.Interval(start, start))


def drawn(prim: Usd.Prim) -> bool:
    """Whether a prim can have something to draw under it: no definition of materials, guides or proxies."""
    if prim.IsA(UsdShade.Material) or prim.IsA(UsdSkel.Skeleton):
        return False
    if not prim.IsA(UsdGeom.Imageable):
        return True
    purpose = UsdGeom.Imageable(prim).GetPurposeAttr().Get()
    return purpose not in (UsdGeom.Tokens.guide, UsdGeom.Tokens.proxy)


def materials_by_face(mesh: UsdGeom.Mesh, count: int) -> list[tuple[UsdShade.Material | None, Array]]:
    """Materials of a mesh, each with the mask (count,) of the polygons that wear it."""
    binding = UsdShade.MaterialBindingAPI(mesh.GetPrim())
    rest = np.ones(count, bool)
    found = []
    for subset in binding.GetMaterialBindSubsets():
        indices = np.array(subset.GetIndicesAttr().Get(TIME) or [], np.int64)
        mask = np.zeros(count, bool)
        mask[indices[(indices >= 0) & (indices < count)]] = True
        mask &= rest
        rest &= ~mask
        found.append((bound(subset.GetPrim()) or bound(mesh.GetPrim()), mask))
    return [*found, (bound(mesh.GetPrim()), rest)]


def bound(prim: Usd.Prim) -> Any:
    """The material that a prim wears, or None."""
    material = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0]
    return material or None


def add_primitive(
    document: Document,
    points: Array,
    normals: Array | None,
    values: dict[str, Array],
    faces: Array,
    material: int,
) -> Json:
    """Store vertices and triangles, with normals of ours if there are none; returns the primitive."""
    if normals is None:
        others = list(values.values()) or [np.empty((len(points), 0))]
        old, faces, normals = creased(points, np.concatenate(others, axis=1), faces)
        points = points[old]
        values = {name: array[old] for name, array in values.items()}
    arrays = {"POSITION": points, "NORMAL": normals, **values}
    attributes = {
        name: document.add_accessor(
            np.ascontiguousarray(array, np.float32), ARRAY_BUFFER, bounds=name == "POSITION"
        )
        for name, array in arrays.items()
    }
    indices = document.add_accessor(faces.ravel().astype(np.uint32), ELEMENT_ARRAY_BUFFER)
    return {"attributes": attributes, "indices": indices, "material": material}


def extensions_in(value: Any) -> list[str]:
    """The names of all extensions in a JSON value."""
    found: list[str] = []
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            found += item.get("extensions", {})
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    return found
