"""USD layers in text form, as merchants' programs write them, and packages of them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from renderd.pipeline.document import Document, Json
from renderd.pipeline.inputs import open_model
from renderd.pipeline.scene import draws
from renderd.pipeline.usd.write import pack

SQUARE = """
    point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
    int[] faceVertexCounts = [4]
    int[] faceVertexIndices = [0, 1, 2, 3]
    uniform token subdivisionScheme = "none"
"""


ST = 'texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1)] (interpolation = "vertex")'


WORN = f"{ST}\nrel material:binding = </root/oak>"


def mesh(more: str = "", name: str = "square", kind: str = "def") -> str:
    head = f'{kind} Mesh "{name}" (prepend apiSchemas = ["MaterialBindingAPI"])'
    return f"{head}\n{{\n{SQUARE}\n{more}\n}}\n"


def layer(body: str, head: str = "metersPerUnit = 1") -> str:
    said = f'(\n defaultPrim = "root"\n upAxis = "Y"\n {head}\n)'
    return f'#usda 1.0\n{said}\ndef Xform "root"\n{{\n{body}\n}}\n'


def package(tmp_path: Path, text: str, files: dict[str, bytes] | None = None) -> Path:
    """A USDZ of a layer in text form, with files beside it."""
    (tmp_path / "made").mkdir()
    names = ["model.usda"]
    (tmp_path / "made" / "model.usda").write_text(text)
    for name, data in (files or {}).items():
        (tmp_path / "made" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "made" / name).write_bytes(data)
        names.append(name)
    pack(tmp_path / "model.usdz", tmp_path / "made", names)
    return tmp_path / "model.usdz"


def read(tmp_path: Path, text: str, files: dict[str, bytes] | None = None) -> Document:
    return open_model(package(tmp_path, text, files), "m").document


def look(inputs: str, nodes: str = "") -> str:
    """A material, and a square that wears it."""
    return f"""
    def Material "oak"
    {{
        token outputs:surface.connect = </root/oak/surface.outputs:surface>
        def Shader "surface" {{
            uniform token info:id = "UsdPreviewSurface"
            {inputs}
            token outputs:surface
        }}
        {nodes}
    }}
    {mesh(WORN)}
    """


def reader(name: str, file: str, more: str = "", st: str = "coordinates") -> str:
    """A texture node and what it reads."""
    return f"""
    def Shader "{name}" {{
        uniform token info:id = "UsdUVTexture"
        asset inputs:file = @{file}@
        float2 inputs:st.connect = </root/oak/{st}.outputs:result>
        {more}
        float3 outputs:rgb
        float outputs:r
        float outputs:g
        float outputs:b
        float outputs:a
    }}
    """


COORDINATES = """
    def Shader "coordinates" {
        uniform token info:id = "UsdPrimvarReader_float2"
        string inputs:varname = "st"
        float2 outputs:result
    }
"""


def tap(name: str, node: str, channel: str, kind: str = "float") -> str:
    return f"{kind} inputs:{name}.connect = </root/oak/{node}.outputs:{channel}>"


def material_of(document: Document) -> Json:
    (found,) = {draw.material: draw for draw in draws(document)}
    result: Json = document.json["materials"][found]
    return result


def opened_image(document: Document, info: Json) -> Image.Image:
    number = document.texture_image(info["index"])
    assert number is not None
    return Image.open(io.BytesIO(document.image(number)))
