"""Materials of a document as shading networks of UsdPreviewSurface."""

from __future__ import annotations

from typing import Any

import numpy as np
from pxr import Gf, Sdf, Usd, UsdShade

from renderd.pipeline.document import Document, Json
from renderd.pipeline.materials import moved, texture_set
from renderd.pipeline.usd.names import Names
from renderd.pipeline.usd.pictures import Pictures
from renderd.pipeline.usd.surface import Node, Surface, Tap, surface_of, texture_nodes

WRAPS = {33071: "clamp", 33648: "mirror", 10497: "repeat"}
COLORS = {"diffuseColor", "emissiveColor"}
PRIMVARS = {"displayColor": "float3", "displayOpacity": "float"}


class Looks:
    """Makes the materials of a stage under ``scope``, each when it is first worn."""

    def __init__(self, document: Document, stage: Usd.Stage, scope: Sdf.Path, pictures: Pictures) -> None:
        self._document = document
        self._stage = stage
        self._scope = scope
        self._pictures = pictures
        self._names = Names()
        self._made: dict[tuple[int | None, bool], UsdShade.Material] = {}

    def material(self, index: int | None, colored: bool) -> UsdShade.Material:
        """The material ``index`` (None: glTF's default one), for meshes with or without vertex colours."""
        key = (index, colored)
        if key not in self._made:
            self._made[key] = self._make(self.json(index), colored)
        return self._made[key]

    def json(self, index: int | None) -> Json:
        """The glTF material of that number."""
        found: Json = {} if index is None else self._document.json["materials"][index]
        return found

    def _make(self, material: Json, colored: bool) -> UsdShade.Material:
        path = self._scope.AppendChild(self._names.unique(material.get("name", ""), "material"))
        made = UsdShade.Material.Define(self._stage, path)
        made.GetPrim().SetDisplayName(material.get("name", ""))
        shader = define(self._stage, path.AppendChild("surface"), "UsdPreviewSurface")
        made.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
        Network(self._document, self._stage, path, self._pictures).build(
            shader, surface_of(material, colored)
        )
        return made


class Network:
    """The nodes of one material: readers of coordinates, transforms, textures."""

    def __init__(self, document: Document, stage: Usd.Stage, path: Sdf.Path, pictures: Pictures) -> None:
        self._document = document
        self._stage = stage
        self._path = path
        self._pictures = pictures
        self._coordinates: dict[str, Any] = {}

    def build(self, shader: UsdShade.Shader, surface: Surface) -> None:
        """Set and connect the inputs of ``shader``."""
        for name, value in sorted(surface.values.items()):
            shader.CreateInput(name, input_type(name)).Set(plain(value))
        for name, primvar in surface.primvars.items():
            reader = self._define(f"{primvar}_reader", f"UsdPrimvarReader_{PRIMVARS[primvar]}")
            reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(primvar)
            self._connect(shader, name, reader, "result", PRIMVARS[primvar])
        for number, (node, taps) in enumerate(texture_nodes(surface.taps)):
            self._add_texture(shader, f"texture_{number}", node, taps)

    def _add_texture(self, shader: UsdShade.Shader, name: str, node: Node, taps: list[Tap]) -> None:
        image = self._document.texture_image(node.info["index"])
        if image is None:
            return
        texture = self._define(name, "UsdUVTexture")
        path = self._pictures.path(image, node.kind, "a" in node.scale, node.steep)
        texture.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(Sdf.AssetPath(path))
        space = "sRGB" if node.kind == "color" else "raw"
        texture.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set(space)
        values = {"scale": texture_values(node.scale, 1.0), "bias": texture_values(node.bias, 0.0)}
        for key, numbers in values.items():
            if len(set(numbers)) > 1 or numbers[0] != (key == "scale"):
                texture.CreateInput(key, Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(*numbers))
        self._wrap(texture, node.info)
        coordinates = self._coordinates_of(node.info)
        self._connect(texture, "st", coordinates, "result", "float2")
        for tap in taps:
            self._connect(
                shader, tap.input, texture, tap.channel, "float3" if len(tap.channel) > 1 else "float"
            )

    def _wrap(self, texture: UsdShade.Shader, info: Json) -> None:
        entry = self._document.json["textures"][info["index"]]
        sampler = self._document.json["samplers"][entry["sampler"]] if "sampler" in entry else {}
        for key in ("wrapS", "wrapT"):
            mode = WRAPS[sampler.get(key, 10497)]
            texture.CreateInput(key, Sdf.ValueTypeNames.Token).Set(mode)

    def _coordinates_of(self, info: Json) -> UsdShade.Shader:
        """The node that gives the coordinates of a texture, moved if KHR_texture_transform says so."""
        change, name = moved(info), primvar_name(texture_set(info))
        if name not in self._coordinates:
            reader = self._define(f"{name}_reader", "UsdPrimvarReader_float2")
            reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(name)
            self._coordinates[name] = reader
        if not change.keys() & {"offset", "rotation", "scale"}:
            return self._coordinates[name]
        key = f"{name} {sorted(change.items())}"
        if key not in self._coordinates:
            self._coordinates[key] = self._transform(self._coordinates[name], change)
        return self._coordinates[key]

    def _transform(self, reader: UsdShade.Shader, change: Json) -> UsdShade.Shader:
        """KHR_texture_transform for coordinates whose v grows upwards: turned about (0, 1), not (0, 0)."""
        angle, scale = float(change.get("rotation", 0.0)), change.get("scale", (1.0, 1.0))
        offset = change.get("offset", (0.0, 0.0))
        x = offset[0] + np.sin(angle) * scale[1]
        y = 1 - offset[1] - np.cos(angle) * scale[1]
        node = self._define(f"transform_{len(self._coordinates)}", "UsdTransform2d")
        self._connect(node, "in", reader, "result", "float2")
        node.CreateInput("rotation", Sdf.ValueTypeNames.Float).Set(float(np.degrees(angle)))
        node.CreateInput("scale", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(*map(float, scale)))
        node.CreateInput("translation", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(float(x), float(y)))
        return node

    def _define(self, name: str, kind: str) -> UsdShade.Shader:
        return define(self._stage, self._path.AppendChild(name), kind)

    def _connect(
        self, shader: UsdShade.Shader, name: str, source: UsdShade.Shader, output: str, kind: str
    ) -> None:
        made = source.CreateOutput(output, TYPES[kind])
        shader.CreateInput(name, input_type(name)).ConnectToSource(made)


TYPES = {
    "float": Sdf.ValueTypeNames.Float,
    "float2": Sdf.ValueTypeNames.Float2,
    "float3": Sdf.ValueTypeNames.Float3,
}


def texture_values(channels: dict[str, float], default: float) -> list[float]:
    """Scale or bias of all four channels, those that nobody reads with their default."""
    return [channels.get(channel, default) for channel in "rgba"]


def define(stage: Usd.Stage, path: Sdf.Path, kind: str) -> UsdShade.Shader:
    """A shader node of a kind."""
    shader = UsdShade.Shader.Define(stage, path)
    shader.CreateIdAttr(kind)
    return shader


def input_type(name: str) -> Sdf.ValueTypeName:
    """The type of an input of UsdPreviewSurface, UsdUVTexture or UsdTransform2d."""
    if name in COLORS:
        return Sdf.ValueTypeNames.Color3f
    if name == "normal":
        return Sdf.ValueTypeNames.Normal3f
    return Sdf.ValueTypeNames.Float2 if name in ("st", "in") else Sdf.ValueTypeNames.Float


def plain(value: float | tuple[float, ...]) -> Any:
    """A number or a colour as the library wants it."""
    return Gf.Vec3f(*value) if isinstance(value, tuple) else float(value)


def primvar_name(number: int) -> str:
    """What a set of texture coordinates is called."""
    return f"st{number}" if number else "st"
