"""What the inputs of a UsdPreviewSurface read: constants, textures, colours of vertices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pxr import Sdf, UsdShade

from renderd.pipeline.document import Json

MODES = {"clamp": 33071, "black": 33071, "mirror": 33648}
REPEAT = 10497
MOST_STEPS = 8
"""Nodes between a texture and its coordinates."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A channel (r, g, b, a or rgb) of a texture file, times ``scale``, plus ``bias`` (RGBA).

    ``layer`` is where the path stands; ``moved`` is glTF's KHR_texture_transform, ``wrap`` glTF's modes.
    """

    path: str
    layer: Any
    channel: str
    scale: tuple[float, ...] = (1.0,) * 4
    bias: tuple[float, ...] = (0.0,) * 4
    coordinates: str = "st"
    wrap: tuple[int, int] = (REPEAT, REPEAT)
    moved: Json = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, tuple[int, int], str]:
        """What must be equal for two taps to share one picture."""
        return (self.path, self.coordinates, self.wrap, repr(self.moved))

    @property
    def biased(self) -> bool:
        """Whether something is added to the colour."""
        return any(self.bias[:3])

    def number(self, key: str) -> float:
        """Scale or bias of the one channel that is read."""
        values: tuple[float, ...] = getattr(self, key)
        return values["rgba".index(self.channel[0])]


@dataclass(frozen=True, slots=True)
class Reader:
    """An input that reads a primvar of the mesh."""

    primvar: str


Found = Tap | Reader | float | tuple[float, ...] | None


def read_input(shader: UsdShade.Shader, name: str) -> Found:
    """What an input of a surface reads; None if it says nothing that we know."""
    attribute = producer(shader.GetInput(name))
    if attribute is None:
        return None
    if UsdShade.Utils.GetType(attribute.GetName()) == UsdShade.AttributeType.Input:
        return constant(attribute.Get())
    node = UsdShade.Shader(attribute.GetPrim())
    kind = node.GetShaderId() or ""
    if kind == "UsdUVTexture":
        return texture(node, attribute.GetBaseName())
    if kind.startswith("UsdPrimvarReader"):
        return Reader(str(constant_of(node, "varname", "")))
    return None


def producer(found: UsdShade.Input) -> Any:
    """The attribute that gives an input its value, through all connections; None without one."""
    attributes = UsdShade.Utils.GetValueProducingAttributes(found) if found else []
    return attributes[0] if attributes else None


def constant(value: Any) -> float | tuple[float, ...] | None:
    """A number or a tuple of numbers; None for anything else."""
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        numbers = tuple(float(part) for part in value)
    except (TypeError, ValueError):
        return None
    return numbers if np.isfinite(numbers).all() else None


def constant_of(node: UsdShade.Shader, name: str, default: Any) -> Any:
    """The plain value of an input, or ``default``."""
    attribute = producer(node.GetInput(name))
    value = None if attribute is None else attribute.Get()
    return default if value is None else value


def numbers_of(node: UsdShade.Shader, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """A tuple of as many numbers as ``default`` has, or that."""
    found = constant(constant_of(node, name, default))
    return found if isinstance(found, tuple) and len(found) == len(default) else default


def texture(node: UsdShade.Shader, channel: str) -> Tap | None:
    """The tap into a UsdUVTexture; None if it names no file."""
    attribute = producer(node.GetInput("file"))
    asset = None if attribute is None else attribute.Get()
    if not isinstance(asset, Sdf.AssetPath) or not asset.path:
        return None
    layer = attribute.GetPropertyStack()[0].layer
    coordinates, moved = coordinates_of(node)
    modes = [MODES.get(constant_of(node, key, "repeat"), REPEAT) for key in ("wrapS", "wrapT")]
    scale, bias = numbers_of(node, "scale", (1.0,) * 4), numbers_of(node, "bias", (0.0,) * 4)
    return Tap(asset.path, layer, channel, scale, bias, coordinates, (modes[0], modes[1]), moved)


def coordinates_of(node: UsdShade.Shader) -> tuple[str, Json]:
    """The primvar that a texture reads, and how a UsdTransform2d moves it, in glTF's terms."""
    moved: Json = {}
    name = "st"
    for _ in range(MOST_STEPS):
        attribute = producer(node.GetInput(name))
        node = UsdShade.Shader(attribute.GetPrim()) if attribute is not None else None
        kind = (node.GetShaderId() or "") if node else ""
        if kind.startswith("UsdPrimvarReader"):
            return str(constant_of(node, "varname", "st")), moved
        if kind != "UsdTransform2d":
            break
        moved, name = moved or transform_of(node), "in"
    return "st", moved


def transform_of(node: UsdShade.Shader) -> Json:
    """KHR_texture_transform, whose v grows downwards, of a UsdTransform2d, whose v grows upwards."""
    degrees = constant(constant_of(node, "rotation", 0.0))
    angle = float(np.radians(degrees if isinstance(degrees, float) else 0.0))
    scale = numbers_of(node, "scale", (1.0, 1.0))
    x, y = numbers_of(node, "translation", (0.0, 0.0))
    offset = [x - float(np.sin(angle)) * scale[1], 1 - y - float(np.cos(angle)) * scale[1]]
    return {"offset": offset, "rotation": angle, "scale": list(scale)}
