"""What no level could show goes first, so that everything after it has a bounded amount to do.

A source may have tens of millions of triangles and textures of 8k. Its meshes are brought, one after the
other, to a few times the triangles of the finest level, and its textures, one after the other, to that
level's side. Levels, pictures and exports are made from what is left; light models pass untouched.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from renderd.pipeline.channels import by_channel
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.geometry import ordered, read_mesh, read_part
from renderd.pipeline.headers import image_size
from renderd.pipeline.mapped import spilled
from renderd.pipeline.part import Part
from renderd.pipeline.prune import prune
from renderd.pipeline.scene import draws
from renderd.pipeline.tangents import tangent_use, with_tangents
from renderd.pipeline.textures import FORMATS, UNREADABLE, Use, eight_bits, resized, unit_normals, uses
from renderd.pipeline.thin import held_values, simplified_faces
from storefront.plugin_api import Level

SPARE = 2
"""How many triangles are left for each one of the finest level: enough to choose from."""

SPARE_SIDE = 2
"""A texture with more than this many times the finest level's side is shrunk to that side."""

MOST_TEXELS, LEAST_SIDE = 96_000_000, 256
"""Of all textures together: half a gigabyte on a phone. Where they are too many, all get smaller."""

FEW = 5_000
"""Meshes of fewer triangles are left alone."""

SHARED = 0.7
"""A mesh with at most so many vertices for each triangle has each of them once: closed ones have a half."""

Told = Callable[[float], None]
"""Hears the share of the work done, 0 to 1; whatever it raises ends the work."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Triangles drawn, and the longest side of a texture in pixels, beyond which a model is lightened."""

    triangles: int
    side: int

    @classmethod
    def of(cls, levels: tuple[Level, ...]) -> Limit:
        """The limit that serves these levels."""
        return cls(SPARE * max(level.triangles for level in levels), max(level.texture for level in levels))


def lighten(document: Document, limit: Limit, told: Told) -> None:
    """Bring a clean document under ``limit``, in place; raises ModelError if a texture can't be decoded.

    Points and lines stay as they are.
    """
    document.release()
    heavy = too_fine(document, limit.triangles)
    side, large = too_large(document, limit.side)
    wanted = uses(document)
    steps = len(heavy) + len(large)
    for done, (mesh, share) in enumerate(heavy.items()):
        told(done / steps)
        thin(document, document.json["meshes"][mesh], share)
        document.release()
    for done, index in enumerate(large, len(heavy)):
        told(done / steps)
        image = document.json["images"][index]
        image["bufferView"] = document.add_view(shrunk(document, index, wanted.get(index, Use()), side))
        image["mimeType"] = "image/png"
        document.release()
    if steps:
        prune(document)
        document.release()


# --- triangles ------------------------------------------------------------------------------------


def too_fine(document: Document, most: int) -> dict[int, float]:
    """The share of its triangles that each heavy mesh keeps, so that at most ``most`` are drawn."""
    used: Counter[int] = Counter()
    for draw in draws(document, hidden=True):
        used[draw.mesh] += stored_triangles(document, draw.primitive)
    total = sum(used.values())
    if total <= most:
        return {}
    return {mesh: most / total for mesh in sorted(used) if mesh_triangles(document, mesh) > FEW}


def mesh_triangles(document: Document, mesh: int) -> int:
    """Triangles of a mesh, drawn once."""
    return sum(stored_triangles(document, p) for p in document.json["meshes"][mesh]["primitives"])


def stored_triangles(document: Document, primitive: Json) -> int:
    """Triangles of a primitive by its accessors, degenerate ones included; none of points and lines."""
    mode = primitive.get("mode", 4)
    accessor = primitive.get("indices", primitive["attributes"]["POSITION"])
    count = int(document.json["accessors"][accessor]["count"])
    return count // 3 if mode == 4 else max(0, count - 2) if mode > 4 else 0


def thin(document: Document, mesh: Json, share: float) -> None:
    """Leave about ``share`` of the triangles of a mesh."""
    for primitive, part in zip(mesh["primitives"], parts_of(document, mesh), strict=True):
        if part.mode == 4 and part.count:
            store(document, primitive, ordered(thinned(part, share)))


def parts_of(document: Document, mesh: Json) -> list[Part]:
    """The parts of a mesh. One whose triangles share their vertices is not searched for equal ones."""
    first = mesh["primitives"][0]
    vertices = document.json["accessors"][first["attributes"]["POSITION"]]["count"]
    if len(mesh["primitives"]) > 1 or vertices > SHARED * stored_triangles(document, first):
        return read_mesh(document, mesh)
    return [with_tangents(read_part(document, first), tangent_use(document, first))]


def thinned(part: Part, share: float) -> Part:
    """The part with about ``share`` of its triangles, those that its shape needs most."""
    furthest = float(np.ptp(part.positions, axis=0).max()) or 1.0
    target = max(FEW, int(part.count * share)) * 3
    indices = simplified_faces(part, part.indices, held_values(part), furthest, target)
    return replace(part, indices=indices)


def store(document: Document, primitive: Json, part: Part) -> None:
    """Point a primitive at new accessors that hold ``part`` in its own types."""
    primitive["attributes"] = {
        name: document.add_accessor(
            native(values), ARRAY_BUFFER, normalized=name in part.normalized, bounds=name == "POSITION"
        )
        for name, values in part.attributes.items()
    }
    if part.targets:
        primitive["targets"] = [
            {n: document.add_accessor(v, ARRAY_BUFFER, bounds=n == "POSITION") for n, v in target.items()}
            for target in part.targets
        ]
    primitive["indices"] = document.add_accessor(part.indices, ELEMENT_ARRAY_BUFFER)
    primitive.pop("mode", None)


def native(values: Array) -> Array:
    """The values in the byte order of this machine, as accessors are stored."""
    return values.astype(values.dtype.newbyteorder("="), copy=False)


# --- textures -------------------------------------------------------------------------------------


def too_large(document: Document, largest: int) -> tuple[int, list[int]]:
    """The side, at most ``largest``, that textures may have, and the images that are too large for it."""
    sizes = [
        image_size(document.views[image["bufferView"]], f"image {index}")
        for index, image in enumerate(document.items("images"))
    ]
    side = largest
    while side > LEAST_SIDE and sum(texels(size, side) for size in sizes) > MOST_TEXELS:
        side //= 2
    most = side if side < largest else side * SPARE_SIDE
    return side, [index for index, size in enumerate(sizes) if max(size) > most]


def texels(size: tuple[int, int], side: int) -> float:
    """How many texels are left of an image of this size once its longest side is ``side`` at most."""
    return size[0] * size[1] * min(1.0, side / max(size)) ** 2


def opened_image(document: Document, index: int) -> Image.Image:
    """An image of which only the header has been read; raises what Pillow raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(document.image_file(index), formats=FORMATS)


def shrunk(document: Document, index: int, use: Use, side: int) -> memoryview:
    """An image with sides of at most ``side`` pixels, as a PNG on the disk; raises ModelError."""
    try:
        with opened_image(document, index) as opened:
            picture = resized(reduced(opened, use, side), side, use)
    except UNREADABLE as error:
        raise ModelError(f"image {index} can't be decoded ({error}); expected PNG, JPEG or WebP") from error
    out = io.BytesIO()
    # It is read more often than the disk has to hold it long.
    picture.save(out, "PNG", compress_level=0)
    size = out.tell()
    out.seek(0)
    return spilled(out, size)


def reduced(opened: Image.Image, use: Use, side: int) -> Image.Image:
    """The picture by whole steps, no shorter than ``side``, in 8 bits; its decoded whole is not copied."""
    opened.draft(None, (side, side))
    opened.load()
    factor = max(1, max(opened.size) // side)
    if opened.mode == "P":
        opened = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    if opened.mode.startswith("I;"):
        opened = opened.convert("I")
    small = eight_bits(by_channel(opened, lambda part: part.reduce(factor)))
    return unit_normals(small) if use.role == "normal" else small
