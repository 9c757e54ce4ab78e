"""Wavefront MTL: materials beside an OBJ, as glTF's metallic-roughness ones.

Reflections of the old model become a roughness by the usual match of Blinn–Phong lobes,
roughness = (2 / (Ns + 2)) ^ 1/4 (Karis, "Specular BRDF Reference", α = roughness²).
"""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.headers import (
    JPEG,
    MOST_IMAGES,
    MOST_SIDE,
    MOST_TEXELS,
    PNG,
    Size,
    check_side,
    image_size,
)
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.surfaces import linear
from renderd.pipeline.textures import UNREADABLE

OPTIONS = re.compile(r"-[a-zA-Z]+(\s+(-?[\d.]+(e-?\d+)?|on|off|[rgbmlz]))*\s+(?=\S)")
"""Options before the file name of a map: ``-bm 0.5``, ``-clamp on``, ``-s 1 1 1``."""

FORMATS = ("BMP", "TGA", "TIFF")
DEFAULT_ROUGHNESS = 0.7
MOST_LISTED = 20_000
"""Materials in one file: some programs write down all that they know."""


@dataclass(slots=True)
class Library:
    """glTF materials by name, and the picture files that they want: name -> slot -> file."""

    materials: dict[str, Json] = field(default_factory=dict)
    maps: dict[str, dict[str, str]] = field(default_factory=dict)

    def add_textures(self, document: Document, read: Callable[[str], bytes] | None) -> None:
        """Put the maps of the materials of ``document`` into it; raises ModelError if one can't be read."""
        if read is None:
            return
        textures: dict[str, int] = {}
        texels = 0
        for material in document.items("materials"):
            for slot, file in self.maps.get(material["name"], {}).items():
                if file not in textures:
                    if len(textures) == MOST_IMAGES:
                        raise ModelError(f"the materials name more than {MOST_IMAGES} pictures")
                    data = read(file)
                    width, height = size_of(data, file)
                    texels += width * height
                    if texels > MOST_TEXELS:
                        raise ModelError(f"the pictures have more than {MOST_TEXELS} pixels in all")
                    view = document.add_view(as_png(data, file))
                    image = document.add("images", {"bufferView": view, "mimeType": "image/png"})
                    textures[file] = document.add("textures", {"source": image})
                holder = material["pbrMetallicRoughness"] if slot == "baseColorTexture" else material
                holder[slot] = {"index": textures[file]}


def known(data: bytes) -> bool:
    """Whether a picture is of a kind that glTF files hold, too."""
    return data[:8] == PNG or data[:3] == JPEG or data[8:12] == b"WEBP"


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """A picture of another kind, before its pixels are read; raises ModelError, here and inside."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            yield picture
    except Image.DecompressionBombError as error:
        raise ModelError(f"{name[:200]!r} has too many pixels; expected 1 to {MOST_SIDE} a side") from error
    except (*UNREADABLE, LookupError, TypeError, struct.error) as error:
        # Pillow's reader of TIFF trips over broken tags rather than refusing them.
        raise ModelError(
            f"{name[:200]!r} is not a picture that we know; expected PNG, JPEG or WebP"
        ) from error


def size_of(data: bytes, name: str) -> Size:
    """Width and height of a picture by its header; raises ModelError."""
    if known(data):
        return image_size(data, repr(name[:200]))
    with opened(data, name) as picture:
        check_side(picture.size, repr(name[:200]))
        return picture.size


def as_png(data: bytes, name: str) -> bytes:
    """A picture as PNG, from the formats that OBJ files come with; raises ModelError."""
    size_of(data, name)
    if known(data):
        return data
    with opened(data, name) as picture:
        out = io.BytesIO()
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        picture.convert(mode).save(out, "PNG", compress_level=1)
        return out.getvalue()


def read_library(files: Iterable[Bytes]) -> Library:
    """Read MTL files; a material named twice is the first one."""
    library = Library()
    for data in files:
        raw: dict[str, dict[str, str]] = {}
        name = ""
        for line in bytes(data).decode("utf-8-sig", "replace").splitlines():
            key, rest = [*line.split(None, 1), "", ""][:2]
            if key.lower() == "newmtl":
                name = rest.strip()
                raw.setdefault(name, {})
                if len(raw) > MOST_LISTED:
                    raise ModelError(f"a material file lists more than {MOST_LISTED} materials")
            elif name and rest and not key.startswith("#"):
                raw[name][key.lower()] = rest.split("#")[0].strip()
        for found, lines in raw.items():
            if found not in library.materials:
                library.materials[found], library.maps[found] = material_of(found, lines), maps_of(lines)
    return library


def material_of(name: str, lines: dict[str, str]) -> Json:
    """The glTF material of an MTL entry, without its maps."""
    color = [1.0, 1.0, 1.0] if "map_kd" in lines else numbers(lines.get("kd", "0.8"))
    hidden = numbers(lines.get("tr", "0"))[0]
    opacity = numbers(lines["d"].replace("-halo", ""))[0] if "d" in lines else 1 - hidden
    material: Json = {
        "name": name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*np.round(linear(np.array(color)), 6).tolist(), round(opacity, 4)],
            "metallicFactor": numbers(lines.get("pm", "0"))[0],
            "roughnessFactor": roughness(lines),
        },
    }
    glow = numbers(lines.get("ke", "0"))
    if any(glow):
        material["emissiveFactor"] = np.round(linear(np.array(glow)), 6).tolist()
    if opacity < 1 or "map_d" in lines:
        material["alphaMode"] = "BLEND"
    return material


def roughness(lines: dict[str, str]) -> float:
    """Roughness from Pr, or from the exponent Ns."""
    if "pr" in lines:
        return numbers(lines["pr"])[0]
    if "ns" not in lines:
        return DEFAULT_ROUGHNESS
    try:
        exponent = max(0.0, float(lines["ns"].split()[0]))
    except ValueError:
        return DEFAULT_ROUGHNESS
    return round(float((2 / (exponent + 2)) ** 0.25), 4)


def numbers(text: str) -> list[float]:
    """Three numbers from 0 to 1; one stands for all three, and what can't be read is 0.8."""
    try:
        values = [min(1.0, max(0.0, float(word))) for word in text.split()[:3]]
    except ValueError:
        values = []
    return values if len(values) == 3 else (values or [0.8])[:1] * 3


def maps_of(lines: dict[str, str]) -> dict[str, str]:
    """Picture files by the slot of a glTF material."""
    slots = {"map_kd": "baseColorTexture", "map_ke": "emissiveTexture", "norm": "normalTexture"}
    found = {slot: OPTIONS.sub("", lines[key]) for key, slot in slots.items() if key in lines}
    bump = OPTIONS.sub("", lines.get("map_bump", lines.get("bump", "")))
    # A bump map is a height, unless it says that it holds normals, as many exporters mean it.
    if re.search(r"norm|nrm", bump, re.IGNORECASE):
        found.setdefault("normalTexture", bump)
    return found
