"""Build a glTF scene of named nodes and materials: the names that a plugin's options address.

model = Model("Fjord sofa")
model.material("fabric", "#8a9a8f", maps=boucle(seed=3))
model.material("oak", maps=wood(OAK))
model.node("frame")
model.node("legs-oak", parent="frame")
model.node("legs-steel", parent="frame", hidden=True)
model.add(cushion(0.8, 0.2, 0.7).moved(y=0.4), "fabric", "frame")
data = model.to_glb()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from renderd.modelling.glb import Json, Look, Writer
from renderd.modelling.mesh import Axis, Mesh, merge
from renderd.modelling.noise import Maps, linear

Turn = tuple[Axis, float]
"""A rotation: about an axis, by degrees."""


@dataclass(slots=True)
class _Node:
    parent: str | None
    placement: Json
    hidden: bool
    parts: dict[str, list[Mesh]] = field(default_factory=dict)


class Model:
    """A scene under construction. Names are unique; what refers to a missing name raises KeyError."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._materials: dict[str, Look] = {}
        self._nodes: dict[str, _Node] = {}
        self._variants: dict[str, Mapping[str, str]] = {}
        self._animations: dict[str, list[Json]] = {}

    def material(
        self,
        name: str,
        color: str = "#ffffff",
        roughness: float | None = None,
        metalness: float | None = None,
        *,
        maps: Maps | None = None,
        tile_metres: float | tuple[float, float] | None = None,
        normal_scale: float = 1.0,
        alpha: float = 1.0,
        double_sided: bool = False,
        clearcoat: float = 0.0,
        clearcoat_roughness: float = 0.1,
        sheen: str | None = None,
        sheen_roughness: float = 0.5,
        transmission: float = 0.0,
        ior: float | None = None,
        specular: float | None = None,
        emissive: str = "#000000",
        emissive_strength: float = 1.0,
    ) -> str:
        """Define a material and return its name.

        With ``maps``, colour, roughness and metalness multiply them (1 where not given), and
        ``tile_metres`` replaces the maps' own size of a repeat. ``alpha`` under 1 blends;
        ``transmission`` is better for glass. Raises ValueError for a name in use.
        """
        if name in self._materials:
            raise ValueError(f"material {name!r} is defined twice")
        extensions = _extensions(
            clearcoat, clearcoat_roughness, sheen, sheen_roughness, transmission, ior, specular
        )
        self._materials[name] = Look(
            color=color,
            roughness=_given(roughness, 1.0 if maps else 0.5),
            metalness=_given(metalness, 1.0 if maps else 0.0),
            maps=maps,
            tile=_tile(tile_metres, maps),
            normal_scale=normal_scale,
            alpha=alpha,
            double_sided=double_sided,
            emissive=emissive,
            emissive_strength=emissive_strength,
            extensions=extensions,
        )
        return name

    def node(
        self,
        name: str,
        parent: str | None = None,
        translation: Sequence[float] = (0.0, 0.0, 0.0),
        rotation: Turn | None = None,
        hidden: bool = False,
    ) -> str:
        """Define a node and return its name; ``translation`` in metres, within ``parent``.

        A ``hidden`` one is not shown until an option's ``Show`` asks (KHR_node_visibility). Raises
        ValueError for a name in use.
        """
        if name in self._nodes:
            raise ValueError(f"node {name!r} is defined twice")
        if parent is not None and parent not in self._nodes:
            raise KeyError(parent)
        placement: Json = {}
        if any(translation):
            placement["translation"] = [float(value) for value in translation]
        if rotation is not None:
            placement["rotation"] = quaternion(*rotation)
        self._nodes[name] = _Node(parent, placement, hidden)
        return name

    def add(self, mesh: Mesh, material: str, node: str) -> None:
        """Put a mesh into a node, in its own coordinates; a node's meshes of one material are merged."""
        self._materials[material]
        self._nodes[node].parts.setdefault(material, []).append(mesh)

    def variant(self, name: str, materials: Mapping[str, str]) -> None:
        """Define a KHR_materials_variants variant: material -> the material that stands in for it."""
        for stand_in in materials.values():
            self._materials[stand_in]
        self._variants[name] = dict(materials)

    def animate(
        self,
        name: str,
        node: str,
        times: Sequence[float],
        rotations: Sequence[Turn] | None = None,
        translations: Sequence[Sequence[float]] | None = None,
    ) -> None:
        """Add a node's track to the animation ``name``: ``times`` in seconds, a value for each."""
        self._nodes[node]
        tracks = self._animations.setdefault(name, [])
        if rotations is not None:
            values = np.array([quaternion(*turn) for turn in rotations])
            tracks.append({"node": node, "path": "rotation", "times": np.array(times), "values": values})
        if translations is not None:
            places = np.array(translations, dtype=np.float64)
            tracks.append({"node": node, "path": "translation", "times": np.array(times), "values": places})

    def mesh(self, node: str | None = None) -> Mesh:
        """All that ``node`` holds, or the whole model, without nodes' placements: for tests and sizes."""
        names = [node] if node else list(self._nodes)
        return merge(*[m for name in names for part in self._nodes[name].parts.values() for m in part])

    def to_glb(self) -> bytes:
        """The model as binary glTF 2.0 with its textures inside; equal models give equal bytes."""
        writer = Writer(self.name)
        used = self._used_materials()
        materials = {name: writer.material(name, self._materials[name]) for name in used}
        order = {name: index for index, name in enumerate(self._nodes)}
        for name, node in self._nodes.items():
            children = [order[child] for child, other in self._nodes.items() if other.parent == name]
            mesh = self._write_mesh(writer, name, node, materials) if node.parts else None
            writer.node(name, mesh, children, node.placement, node.hidden, root=node.parent is None)
        for name, tracks in self._animations.items():
            writer.animation(name, [{**track, "node": order[track["node"]]} for track in tracks])
        writer.variants(list(self._variants))
        return writer.to_bytes()

    def _used_materials(self) -> list[str]:
        drawn = {name for node in self._nodes.values() for name in node.parts}
        drawn |= {name for variant in self._variants.values() for name in variant.values()}
        return [name for name in self._materials if name in drawn]

    def _write_mesh(self, writer: Writer, name: str, node: _Node, materials: Mapping[str, int]) -> int:
        primitives = []
        for material, meshes in node.parts.items():
            look = self._materials[material]
            primitive = writer.primitive(merge(*meshes), materials[material], look.tile)
            primitives.append(writer.with_variants(primitive, self._mappings(material, materials)))
        return writer.mesh(name, primitives)

    def _mappings(self, material: str, materials: Mapping[str, int]) -> list[tuple[int, int]]:
        return [
            (materials[swap[material]], index)
            for index, swap in enumerate(self._variants.values())
            if material in swap
        ]


def quaternion(axis: Axis, degrees: float) -> list[float]:
    """(x, y, z, w) of a rotation about an axis."""
    half = np.radians(degrees) / 2
    values = [0.0, 0.0, 0.0, float(np.cos(half))]
    values["xyz".index(axis)] = float(np.sin(half))
    return values


def _given(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _tile(tile: float | tuple[float, float] | None, maps: Maps | None) -> tuple[float, float]:
    if isinstance(tile, tuple):
        return tile
    if tile is not None:
        return (tile, tile)
    return maps.tile if maps else (1.0, 1.0)


def _extensions(
    clearcoat: float,
    clearcoat_roughness: float,
    sheen: str | None,
    sheen_roughness: float,
    transmission: float,
    ior: float | None,
    specular: float | None,
) -> Json:
    """The KHR_materials_* extensions that these values need."""
    found: Json = {}
    if clearcoat > 0:
        coat = {"clearcoatFactor": clearcoat, "clearcoatRoughnessFactor": clearcoat_roughness}
        found["KHR_materials_clearcoat"] = coat
    if sheen is not None:
        found["KHR_materials_sheen"] = {
            "sheenColorFactor": linear(sheen),
            "sheenRoughnessFactor": sheen_roughness,
        }
    if transmission > 0:
        found["KHR_materials_transmission"] = {"transmissionFactor": transmission}
    if ior is not None:
        found["KHR_materials_ior"] = {"ior": ior}
    if specular is not None:
        found["KHR_materials_specular"] = {"specularFactor": specular}
    return found
