"""Parts back into a document, in few bytes: KHR_mesh_quantization, with nodes that keep their own places.

Positions of a mesh lie on one grid of unsigned integers, so that its parts and all its uses fit together.
What turns the grid back into metres is a node of its own under the node that held the mesh: named nodes
keep their translation, rotation and scale, whatever animates or stretches them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor, log2

import numpy as np

from renderd.pipeline import meshopt
from renderd.pipeline.coordinates import Tiling, readers, tile
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.geometry import Geometry, extent, pick, welded
from renderd.pipeline.materials import TRANSFORM, primitive_materials
from renderd.pipeline.morph import MOST, add_target, furthest, rounded, stored_targets
from renderd.pipeline.part import Part

QUANTIZATION = "KHR_mesh_quantization"
STRIP = 5


@dataclass(frozen=True, slots=True)
class Precision:
    """Bits of a position on its grid (≤ 16), of a normal's component (≤ 16; 8 are one byte), and of a
    texture coordinate over the width of its texture (≤ 16).
    """

    position: int
    normal: int
    coordinate: int


@dataclass(frozen=True, slots=True)
class Grid:
    """metres = ``low`` + ``step`` × grid coordinate, per axis; ``last`` is the largest coordinate.

    Of a ``whole`` mesh metres are stored, rounded to the step, which is a power of two: brotli packs that.
    """

    low: Array
    step: float
    last: int
    whole: bool = False


def write_geometry(document: Document, geometry: Geometry, precision: Precision) -> None:
    """Replace what the meshes of ``document`` draw by ``geometry``; meshes not in it are left alone."""
    held = whole_meshes(document)
    tilings = tile(document, geometry, precision.coordinate)
    grids = {m: grid_of(parts, precision.position, m in held) for m, parts in geometry.meshes.items()}
    for mesh, parts in geometry.meshes.items():
        primitives = document.json["meshes"][mesh]["primitives"]
        for index, (primitive, whole) in enumerate(zip(primitives, parts, strict=True)):
            part = without_unread(document, primitive, used(whole))
            own = {name: tilings.get((mesh, index, name)) for name in part.attributes}
            write_part(document, primitive, packed(quantized(part, grids[mesh], own, precision)))
    place_grids(document, grids)
    if grids or any(part.attributes for parts in geometry.meshes.values() for part in parts):
        require(document, QUANTIZATION)
    if tilings:
        require(document, TRANSFORM)


def require(document: Document, extension: str) -> None:
    """List an extension as used and required."""
    for key in ("extensionsUsed", "extensionsRequired"):
        names = document.json.setdefault(key, [])
        if extension not in names:
            names.append(extension)


def whole_meshes(document: Document) -> set[int]:
    """Meshes whose positions stay in metres.

    A skin ignores its node's place, instances are placed under it, animated weights belong to the node that
    holds the mesh, and the thickness of KHR_materials_volume is measured in the units of the mesh.
    """
    morphed = {
        channel["target"].get("node")
        for animation in document.items("animations")
        for channel in animation["channels"]
        if channel["target"]["path"] == "weights"
    }
    placed = {
        node["mesh"]
        for index, node in enumerate(document.items("nodes"))
        if "mesh" in node
        and (index in morphed or "skin" in node or "EXT_mesh_gpu_instancing" in node.get("extensions", {}))
    }
    thick = {
        index
        for index, material in enumerate(document.items("materials"))
        if "KHR_materials_volume" in material.get("extensions", {})
    }
    filled = {
        index
        for index, mesh in enumerate(document.items("meshes"))
        if any(thick & primitive_materials(primitive) for primitive in mesh["primitives"])
    }
    return placed | filled


def grid_of(parts: list[Part], bits: int, whole: bool) -> Grid:
    """The grid of 2^bits steps, or up to twice as many if ``whole``, along the longest side of a mesh."""
    low, side = extent(parts)
    last = (1 << bits) - 1
    step = side / last or 1.0
    if whole:
        return Grid(low, 2.0 ** floor(log2(step)), last, True)
    # What morph targets add is counted in steps too.
    return Grid(low, max(step, furthest(parts) / MOST), last)


def place_grids(document: Document, grids: dict[int, Grid]) -> None:
    """Hang each gridded mesh under its node, by a nameless node that turns the grid into metres."""
    for node in list(document.items("nodes")):
        grid = grids.get(node.get("mesh", -1))
        if grid is None or grid.whole:
            continue
        child: Json = {"mesh": node.pop("mesh"), "translation": grid.low.tolist(), "scale": [grid.step] * 3}
        if "weights" in node:
            child["weights"] = node.pop("weights")
        node["children"] = [*node.get("children", []), document.add("nodes", child)]


# --- attributes -----------------------------------------------------------------------------------


def used(part: Part) -> Part:
    """The part without the vertices that nothing draws any more."""
    indices, old = meshopt.order_vertices(part.indices, len(part.positions))
    return pick(replace(part, indices=indices), old)


def without_unread(document: Document, primitive: Json, part: Part) -> Part:
    """The part without the last sets of texture coordinates, as far as no material reads them."""
    names = sorted(name for name in part.attributes if name.startswith("TEXCOORD_"))
    worn = primitive_materials(primitive)
    # What is left must count from 0 without a gap (glTF 2.0, §3.7.2.1).
    while names and not any(readers(document, m, int(names[-1].removeprefix("TEXCOORD_"))) for m in worn):
        names.pop()
    return replace(
        part,
        attributes={n: v for n, v in part.attributes.items() if n in names or not n.startswith("TEXCOORD_")},
        targets=tuple(
            {n: v for n, v in target.items() if n in names or not n.startswith("TEXCOORD_")}
            for target in part.targets
        ),
    )


def packed(part: Part) -> Part:
    """Equal vertices merged, triangles as a strip, and vertices in the order of their first use.

    A strip has one or two indices for each triangle instead of three, and brotli packs it a third smaller.
    """
    drawn, part = part.count, welded(part)
    if part.mode == 4 and drawn and not part.count:
        # All of it lies within a step of the grid: one point keeps its place, as nothing can't be drawn.
        return pick(replace(part, indices=np.zeros(3, np.uint32)), np.zeros(1, np.uint32))
    if part.mode != 4 or not part.count:
        return part
    strip = meshopt.strip(part.indices, len(part.attributes["POSITION"]))
    indices, old = meshopt.order_vertices(strip, len(part.attributes["POSITION"]))
    return pick(replace(part, indices=indices, mode=STRIP), old)


def write_part(document: Document, primitive: Json, part: Part) -> None:
    """Point a primitive at new accessors that hold ``part``, as it is."""
    primitive["attributes"] = {
        name: document.add_accessor(
            values, ARRAY_BUFFER, normalized=name in part.normalized, bounds=name == "POSITION"
        )
        for name, values in sorted(part.attributes.items())
    }
    if part.targets:
        primitive["targets"] = [add_target(document, target) for target in part.targets]
    kind = np.uint16 if len(part.attributes["POSITION"]) <= 0xFFFF else np.uint32
    primitive["indices"] = document.add_accessor(part.indices.astype(kind), ELEMENT_ARRAY_BUFFER)
    primitive["mode"] = part.mode
    if part.mode == 4:
        del primitive["mode"]


def quantized(part: Part, grid: Grid, tilings: Mapping[str, Tiling | None], precision: Precision) -> Part:
    """The part with each attribute in the fewest bits that its kind bears."""
    attributes, normalized = {}, set()
    for name in part.attributes:
        values, scaled = stored(part, name, grid, tilings.get(name), precision)
        attributes[name] = values
        if scaled:
            normalized.add(name)
    targets = stored_targets(part, grid.step, grid.whole)
    return replace(part, attributes=attributes, normalized=frozenset(normalized), targets=targets)


def stored(
    part: Part, name: str, grid: Grid, tiling: Tiling | None, precision: Precision
) -> tuple[Array, bool]:
    """An attribute as it is to be stored, and whether its integers are normalized."""
    values = part.attributes[name]
    if name == "POSITION":
        return to_grid(part.positions, grid), False
    if name in ("NORMAL", "TANGENT"):
        return to_units(part.float(name), precision.normal), True
    if name.startswith("TEXCOORD_"):
        if tiling:
            return tiling.stored(part.float(name)), False
        return coordinates(part.float(name), precision.coordinate)
    if name.startswith("COLOR_") and values.dtype.kind == "f":
        return np.rint(np.clip(values, 0, 1) * 65535).astype(np.uint16), True
    return values, name in part.normalized


def to_grid(positions: Array, grid: Grid) -> Array:
    """Positions in metres to the nearest points of a grid, uint16; of a whole mesh float32, rounded."""
    if grid.whole:
        return rounded(positions, grid.step)
    return np.clip(np.rint((positions.astype(float) - grid.low) / grid.step), 0, grid.last).astype(np.uint16)


def to_units(vectors: Array, bits: int) -> Array:
    """Components from -1 to 1 as normalized int8 (8 bits), or int16 of which only the top ``bits`` vary."""
    if bits <= 8:
        short: Array = np.rint(np.clip(vectors, -1, 1) * 127).astype(np.int8)
        return short
    # Few values in the low byte cost no precision that shows, and compress.
    coarse = 1 << (16 - bits)
    long: Array = np.clip(np.rint(vectors * 32767 / coarse) * coarse, -32767, 32767).astype(np.int16)
    return long


def coordinates(values: Array, bits: int) -> tuple[Array, bool]:
    """Texture coordinates as normalized integers where they fit, else as floats; only ``bits`` vary."""
    low, high = (values.min(), values.max()) if len(values) else (0, 0)
    if low >= -1 and high <= 1:
        kind, last = (np.uint16, 65535) if low >= 0 else (np.int16, 32767)
        coarse = (last + 1) / (1 << bits)
        return np.clip(np.rint(values * last / coarse) * coarse, -last, last).astype(kind), True
    rounded = np.rint(values.astype(float) * (1 << bits)) / (1 << bits)
    return rounded.astype(np.float32), False
