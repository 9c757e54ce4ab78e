"""Small models with everything that the readers know, made by code."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import DracoPy
import numpy as np
from PIL import Image

from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.usd import write_usdz


def picture(kind: str, side: int = 12, **options: object) -> bytes:
    """A picture of noise."""
    noise = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, kind, **options)
    return out.getvalue()


def wave(cells: int = 6) -> tuple[Array, Array]:
    """Positions and triangles of a small wavy sheet."""
    u, v = (axis.ravel() for axis in np.meshgrid(*[np.linspace(-0.5, 0.5, cells + 1)] * 2))
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    right, below = corner + 1, corner + cells + 1
    faces = np.stack([corner, below, right, right, below, below + 1], axis=1).ravel()
    return np.stack([u, 0.1 * np.sin(9 * u), v], axis=1).astype(np.float32), faces.astype(np.uint16)


def sheet(document: Document, **more: object) -> Json:
    """A primitive with all usual attributes."""
    positions, faces = wave()
    up = np.tile(np.array([0, 1, 0], np.float32), (len(positions), 1))
    return {
        "attributes": {
            "POSITION": document.add_accessor(positions, ARRAY_BUFFER, bounds=True),
            "NORMAL": document.add_accessor(up, ARRAY_BUFFER),
            "TEXCOORD_0": document.add_accessor(positions[:, ::2].copy(), ARRAY_BUFFER),
            "TANGENT": document.add_accessor(np.pad(up[:, [1, 0, 2]], ((0, 0), (0, 1)), constant_values=1)),
        },
        "indices": document.add_accessor(faces),
        "material": 0,
        **more,
    }


def start(*kinds: str) -> Document:
    """A document with a material that shows one picture of each kind."""
    document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}]})
    material: Json = {"name": "paint", "pbrMetallicRoughness": {"baseColorFactor": [1, 0.5, 0.2, 1]}}
    slots = ("baseColorTexture", "normalTexture", "occlusionTexture", "emissiveTexture")
    for number, (kind, slot) in enumerate(zip(kinds, slots, strict=False)):
        document.add("images", {"bufferView": document.add_view(picture(kind)), "mimeType": "image/png"})
        document.add("textures", {"source": number})
        (material["pbrMetallicRoughness"] if number == 0 else material)[slot] = {"index": number}
    document.add("materials", material)
    document.add("materials", {"name": "glass", "alphaMode": "BLEND"})
    return document


def moving() -> Document:
    """Skin, morph target, animations, two nodes."""
    document = start("PNG")
    primitive = sheet(document)
    count = document.json["accessors"][primitive["attributes"]["POSITION"]]["count"]
    joints, weights = np.zeros((count, 4), np.uint8), np.tile(np.eye(4, dtype=np.float32)[0], (count, 1))
    joints[::2, 0] = 1
    primitive["attributes"] |= {
        "JOINTS_0": document.add_accessor(joints),
        "WEIGHTS_0": document.add_accessor(weights),
    }
    primitive["targets"] = [{"POSITION": document.add_accessor(np.full((count, 3), 0.1, np.float32))}]
    document.add("meshes", {"primitives": [primitive], "weights": [0.5]})
    nodes: list[Json] = [{"mesh": 0, "skin": 0, "children": [1], "name": "top"}, {"children": [2]}, {}]
    document.json["nodes"] = nodes
    inverse = document.add_accessor(np.tile(np.eye(4, dtype=np.float32).ravel(), (2, 1)))
    document.add("skins", {"joints": [1, 2], "inverseBindMatrices": inverse})
    times = document.add_accessor(np.array([0, 1], np.float32), bounds=True)
    places = document.add_accessor(np.zeros((2, 3), np.float32))
    channel = {"sampler": 0, "target": {"node": 1, "path": "translation"}}
    document.add("animations", {"channels": [channel], "samplers": [{"input": times, "output": places}]})
    return document


def plain(*kinds: str) -> Document:
    """Two nodes that share a mesh of two primitives."""
    document = start(*kinds)
    document.add("meshes", {"primitives": [sheet(document), sheet(document, material=1)]})
    document.json["nodes"] = [{"mesh": 0, "children": [1]}, {"mesh": 0, "scale": [0.5, 2, 1], "name": "leg"}]
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "red"}]}}
    return document


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return out.getvalue()


LOOK = """\
    def Material "look"
    {
        token outputs:surface.connect = </top/look/s.outputs:surface>
        def Shader "s"
        {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor.connect = </top/look/t.outputs:rgb>
            float inputs:roughness = 0.4
            token outputs:surface
        }
        def Shader "t"
        {
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @a.png@
            token inputs:wrapS = "repeat"
            float3 outputs:rgb
        }
    }
"""
"""A material of a layer, which shows a picture."""


def usda() -> bytes:
    """A layer with a mesh in two places, and a material."""
    positions, faces = wave(3)
    points = ", ".join(f"({x}, {y}, {z})" for x, y, z in positions)
    return f"""#usda 1.0
(
    defaultPrim = "top"
    metersPerUnit = 0.01
    upAxis = "Z"
)
def Xform "top"
{{
    double3 xformOp:translate = (1, 2, 3)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    def Mesh "leg" (
        prepend apiSchemas = ["MaterialBindingAPI"]
    )
    {{
        point3f[] points = [{points}]
        int[] faceVertexCounts = [{", ".join(["3"] * (len(faces) // 3))}]
        int[] faceVertexIndices = [{", ".join(map(str, faces))}]
        texCoord2f[] primvars:st = [{", ".join(f"({x}, {z})" for x, _, z in positions)}] (
            interpolation = "vertex"
        )
        rel material:binding = </top/look>
    }}
    def "again" (
        prepend references = </top/leg>
    )
    {{
    }}
{LOOK}}}
""".encode()


def usdz() -> bytes:
    """A package of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.usdz"
        write_usdz(plain("PNG"), path)
        return path.read_bytes()


def draco() -> bytes:
    """A mesh compressed with Draco."""
    document = plain()
    positions, faces = wave()
    stream = DracoPy.encode(positions, faces.reshape(-1, 3), quantization_bits=14)
    decoded = DracoPy.decode(stream)
    (number,) = (attribute["unique_id"] for attribute in decoded.attributes)
    accessors: list[Json] = [
        {"componentType": 5126, "type": "VEC3", "count": len(decoded.points)},
        {"componentType": 5123, "type": "SCALAR", "count": decoded.faces.size},
    ]
    where, indices = (document.add("accessors", accessor) for accessor in accessors)
    packed = {"bufferView": document.add_view(stream), "attributes": {"POSITION": number}}
    primitive = {"attributes": {"POSITION": where}, "indices": indices}
    name = "KHR_draco_mesh_compression"
    document.json["meshes"][0]["primitives"] = [primitive | {"extensions": {name: packed}}]
    document.json["extensionsUsed"] = document.json["extensionsRequired"] = [name]
    return document.to_glb()
