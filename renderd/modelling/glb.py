"""Write binary glTF 2.0: buffer, accessors, textures, JSON. ``scene.Model`` is the way in."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from renderd.modelling.mesh import Mesh
from renderd.modelling.noise import Maps, Pixels, linear

Json = dict[str, Any]

FLOAT, UINT16, UINT32 = 5126, 5123, 5125
VERTICES, INDICES = 34962, 34963
JPEG_QUALITY = 86


@dataclass(frozen=True, slots=True)
class Look:
    """A material, in glTF's terms; colours are sRGB ``#rrggbb``, numbers 0 to 1, ``tile`` metres a repeat."""

    color: str = "#ffffff"
    roughness: float = 0.5
    metalness: float = 0.0
    maps: Maps | None = None
    tile: tuple[float, float] = (1.0, 1.0)
    normal_scale: float = 1.0
    alpha: float = 1.0
    double_sided: bool = False
    emissive: str = "#000000"
    emissive_strength: float = 1.0
    extensions: Json = field(default_factory=dict)


class Writer:
    """Collects the parts of one GLB; each method returns the index of what it added."""

    def __init__(self, name: str) -> None:
        self._json: dict[str, list[Any]] = {}
        self._roots: list[int] = []
        self._blob = bytearray()
        self._textures: dict[str, int] = {}
        self._extensions: set[str] = set()
        self._top: Json = {}
        self._name = name

    def material(self, name: str, look: Look) -> int:
        """Add a material with its textures and extensions."""
        surface: Json = {
            "baseColorFactor": [*linear(look.color), look.alpha],
            "roughnessFactor": look.roughness,
            "metallicFactor": look.metalness,
        }
        entry: Json = {"name": name, "pbrMetallicRoughness": surface, "extensions": dict(look.extensions)}
        if look.maps is not None:
            surface["baseColorTexture"] = {"index": self._texture(look.maps.base)}
            packed = self._texture(look.maps.orm)
            surface["metallicRoughnessTexture"] = {"index": packed}
            entry["occlusionTexture"] = {"index": packed}
            entry["normalTexture"] = {"index": self._texture(look.maps.normal), "scale": look.normal_scale}
        if look.alpha < 1:
            entry["alphaMode"] = "BLEND"
        if look.double_sided:
            entry["doubleSided"] = True
        if look.emissive != "#000000":
            entry["emissiveFactor"] = linear(look.emissive)
        if look.emissive_strength != 1:
            strength = {"emissiveStrength": look.emissive_strength}
            entry["extensions"]["KHR_materials_emissive_strength"] = strength
        return self._extended("materials", entry)

    def primitive(self, mesh: Mesh, material: int, tile: tuple[float, float]) -> Json:
        """A mesh's arrays as a primitive; ``tile`` turns its metres into repeats of the texture."""
        uvs = mesh.uvs / np.array(tile)
        uvs = uvs - np.floor(uvs.min(axis=0))
        narrow = len(mesh.positions) < 65535
        indices = mesh.indices.ravel().astype(np.uint16 if narrow else np.uint32)
        attributes = {
            "POSITION": self._accessor(mesh.positions.astype(np.float32), "VEC3", VERTICES, bounds=True),
            "NORMAL": self._accessor(mesh.normals.astype(np.float32), "VEC3", VERTICES),
            "TEXCOORD_0": self._accessor(uvs.astype(np.float32), "VEC2", VERTICES),
        }
        return {
            "attributes": attributes,
            "indices": self._accessor(indices, "SCALAR", INDICES),
            "material": material,
        }

    def with_variants(self, primitive: Json, mappings: Sequence[tuple[int, int]]) -> Json:
        """The primitive with (material, variant) pairs attached."""
        if mappings:
            entries = [{"material": material, "variants": [variant]} for material, variant in mappings]
            primitive["extensions"] = {"KHR_materials_variants": {"mappings": entries}}
            self._extensions.add("KHR_materials_variants")
        return primitive

    def mesh(self, name: str, primitives: Sequence[Json]) -> int:
        """Add a mesh."""
        return self._append("meshes", {"name": name, "primitives": list(primitives)})

    def node(
        self, name: str, mesh: int | None, children: Sequence[int], placement: Json, hidden: bool, root: bool
    ) -> int:
        """Add a node; the caller numbers nodes in the order in which it adds them."""
        entry: Json = {"name": name, **placement}
        if mesh is not None:
            entry["mesh"] = mesh
        if children:
            entry["children"] = list(children)
        if hidden:
            entry["extensions"] = {"KHR_node_visibility": {"visible": False}}
        index = self._extended("nodes", entry)
        if root:
            self._roots.append(index)
        return index

    def animation(self, name: str, tracks: Sequence[Json]) -> int:
        """Add an animation of tracks: ``node``, ``path``, ``times`` (n,) in seconds and ``values``."""
        samplers, channels = [], []
        for index, track in enumerate(tracks):
            kind = "VEC4" if track["path"] == "rotation" else "VEC3"
            times = self._accessor(track["times"].astype(np.float32), "SCALAR", None, bounds=True)
            values = self._accessor(track["values"].astype(np.float32), kind, None)
            samplers.append({"input": times, "output": values, "interpolation": "LINEAR"})
            channels.append({"sampler": index, "target": {"node": track["node"], "path": track["path"]}})
        return self._append("animations", {"name": name, "samplers": samplers, "channels": channels})

    def variants(self, names: Sequence[str]) -> None:
        """State the names of the variants, in order."""
        if names:
            self._top["extensions"] = {"KHR_materials_variants": {"variants": [{"name": n} for n in names]}}
            self._extensions.add("KHR_materials_variants")

    def to_bytes(self) -> bytes:
        """The finished file."""
        document: Json = {
            "asset": {"version": "2.0", "generator": "renderd.modelling"},
            "scene": 0,
            "scenes": [{"name": self._name, "nodes": self._roots}],
            "buffers": [{"byteLength": len(self._blob)}],
            **self._json,
            **self._top,
        }
        if self._extensions:
            document["extensionsUsed"] = sorted(self._extensions)
        text = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
        chunks = [(b"JSON", _padded(text, b" ")), (b"BIN\0", _padded(bytes(self._blob), b"\0"))]
        body = b"".join(struct.pack("<I", len(data)) + kind + data for kind, data in chunks)
        return b"glTF" + struct.pack("<II", 2, 12 + len(body)) + body

    def _extended(self, kind: str, entry: Json) -> int:
        self._extensions |= set(entry.get("extensions", {}))
        if not entry.get("extensions"):
            entry.pop("extensions", None)
        return self._append(kind, entry)

    def _append(self, kind: str, entry: Mapping[str, Any]) -> int:
        entries = self._json.setdefault(kind, [])
        entries.append(entry)
        return len(entries) - 1

    def _view(self, data: bytes, target: int | None) -> int:
        self._blob += b"\0" * (-len(self._blob) % 4)
        view: Json = {"buffer": 0, "byteOffset": len(self._blob), "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self._blob += data
        return self._append("bufferViews", view)

    def _accessor(self, values: npt.NDArray[Any], kind: str, target: int | None, bounds: bool = False) -> int:
        component = {"f4": FLOAT, "u2": UINT16, "u4": UINT32}[values.dtype.str[1:]]
        view = self._view(np.ascontiguousarray(values).tobytes(), target)
        entry: Json = {"bufferView": view, "componentType": component, "count": len(values), "type": kind}
        if bounds:
            flat = values.reshape(len(values), -1)
            entry["min"], entry["max"] = flat.min(axis=0).tolist(), flat.max(axis=0).tolist()
        return self._append("accessors", entry)

    def _texture(self, pixels: Pixels) -> int:
        digest = hashlib.sha256(pixels.tobytes() + str(pixels.shape).encode()).hexdigest()
        if digest not in self._textures:
            view = self._view(_jpeg(pixels), None)
            image = self._append("images", {"bufferView": view, "mimeType": "image/jpeg"})
            if "samplers" not in self._json:
                self._append(
                    "samplers", {"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497}
                )
            self._textures[digest] = self._append("textures", {"source": image, "sampler": 0})
        return self._textures[digest]


def _jpeg(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    # Full chroma: the channels of normals and of packed maps are not colours.
    Image.fromarray(pixels, "RGB").save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _padded(data: bytes, filler: bytes) -> bytes:
    return data + filler * (-len(data) % 4)
