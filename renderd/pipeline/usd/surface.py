"""A glTF material in the terms of UsdPreviewSurface: constants, and taps into textures.

What UsdPreviewSurface doesn't know is brought near: transmission becomes opacity, sheen a lighter colour,
the strength of specular reflection an index of refraction, an unlit colour a glow. Iridescence, anisotropy
and dispersion are lost. The numbers for glass and sheen are those at which our renderer's picture of a vase,
a chair, a sofa and a draped car differs least from that of the original material.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from renderd.pipeline.baseline import Kind
from renderd.pipeline.document import Json

CLEAR = 0.85
"""How much of the opacity a fully transmissive surface loses; the rest keeps its edges visible."""

DARK = 0.5
"""How much of its colour such a surface loses: what is left of it lies over what stands behind."""

SHEEN = 0.157
"""The share of light that sheen reflects, seen from all sides (three.js takes the same)."""

ORDINARY_F0 = 0.04
GREATEST_F0 = 0.2
"""Above this a dielectric would look like a mirror, whatever its roughness."""

Channel = Literal["r", "g", "b", "a", "rgb"]


@dataclass(frozen=True, slots=True)
class Tap:
    """An input of the surface that reads ``channel`` of a texture: value × ``scale`` + ``bias``.

    ``info`` is glTF's texture info; ``steep`` multiplies the slopes of a normal map.
    """

    input: str
    channel: Channel
    info: Json
    scale: tuple[float, ...]
    bias: tuple[float, ...] = (0.0,)
    kind: Kind = "data"
    steep: float = 1.0


@dataclass(slots=True)
class Surface:
    """Constant inputs by name, taps, and inputs that read the colours of the vertices."""

    values: dict[str, float | tuple[float, ...]] = field(default_factory=dict)
    taps: list[Tap] = field(default_factory=list)
    primvars: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: float, texture: Json | None, channel: Channel) -> None:
        """A number, times a channel of a texture if there is one."""
        if texture is None:
            self.values[name] = value
        else:
            self.taps.append(Tap(name, channel, texture, (value,)))


def surface_of(material: Json, colored: bool) -> Surface:
    """The surface of a glTF material; ``colored`` if the mesh that wears it has vertex colours."""
    surface = Surface()
    extensions = material.get("extensions", {})
    add_color(surface, material, colored)
    add_opacity(surface, material, colored)
    if "KHR_materials_unlit" in extensions:
        surface.values |= {"roughness": 1.0, "metallic": 0.0, "ior": 1.0}
        return surface
    pbr = material.get("pbrMetallicRoughness", {})
    packed = pbr.get("metallicRoughnessTexture")
    surface.put("metallic", pbr.get("metallicFactor", 1.0), packed, "b")
    surface.put("roughness", pbr.get("roughnessFactor", 1.0), packed, "g")
    surface.values["ior"] = refraction(extensions)
    add_relief(surface, material)
    add_glow(surface, material)
    add_coat(surface, extensions.get("KHR_materials_clearcoat", {}))
    return surface


def add_color(surface: Surface, material: Json, colored: bool) -> None:
    """The base colour; that of an unlit material shines by itself."""
    pbr, extensions = material.get("pbrMetallicRoughness", {}), material.get("extensions", {})
    unlit = "KHR_materials_unlit" in extensions
    name = "emissiveColor" if unlit else "diffuseColor"
    if unlit:
        surface.values["diffuseColor"] = (0.0, 0.0, 0.0)
    factor = np.array(pbr.get("baseColorFactor", (1, 1, 1, 1)), float)[:3]
    glass = extensions.get("KHR_materials_transmission", {}).get("transmissionFactor", 0.0)
    if glass:
        factor *= extensions.get("KHR_materials_volume", {}).get("attenuationColor", (1, 1, 1))
        factor *= 1 - DARK * glass
    sheen = np.array(extensions.get("KHR_materials_sheen", {}).get("sheenColorFactor", (0, 0, 0)), float)
    factor *= 1 - SHEEN * sheen.max()
    if "baseColorTexture" in pbr:
        tap = Tap(name, "rgb", pbr["baseColorTexture"], triple(factor), triple(sheen * SHEEN), "color")
        surface.taps.append(tap)
    elif colored:
        surface.primvars[name] = "displayColor"
    else:
        surface.values[name] = triple(factor + sheen * SHEEN)


def add_opacity(surface: Surface, material: Json, colored: bool) -> None:
    """Opacity from alpha where the mode uses it, and from transmission."""
    mode, pbr = material.get("alphaMode", "OPAQUE"), material.get("pbrMetallicRoughness", {})
    glass = material.get("extensions", {}).get("KHR_materials_transmission", {})
    clear = CLEAR * glass.get("transmissionFactor", 0.0)
    alpha = pbr.get("baseColorFactor", (1, 1, 1, 1))[3]
    if mode == "MASK":
        surface.values["opacityThreshold"] = material.get("alphaCutoff", 0.5)
    if mode != "OPAQUE" and "baseColorTexture" in pbr:
        tap = Tap("opacity", "a", pbr["baseColorTexture"], (alpha * (1 - clear),), kind="color")
        surface.taps.append(tap)
    elif mode != "OPAQUE" and colored:
        surface.primvars["opacity"] = "displayOpacity"
    elif clear and "transmissionTexture" in glass:
        surface.taps.append(Tap("opacity", "r", glass["transmissionTexture"], (-clear,), (1.0,)))
    else:
        surface.values["opacity"] = (1.0 if mode == "OPAQUE" else alpha) * (1 - clear)


def add_relief(surface: Surface, material: Json) -> None:
    """The normal map, whose scale is drawn into it (Quick Look reads none), and occlusion."""
    if "normalTexture" in material:
        info = material["normalTexture"]
        tap = Tap("normal", "rgb", info, (2.0,) * 3, (-1.0,) * 3, "data", info.get("scale", 1.0))
        surface.taps.append(tap)
    if "occlusionTexture" in material:
        info = material["occlusionTexture"]
        strength = info.get("strength", 1.0)
        surface.taps.append(Tap("occlusion", "r", info, (strength,), (1 - strength,)))


def add_glow(surface: Surface, material: Json) -> None:
    """Emission, times KHR_materials_emissive_strength."""
    strength = material.get("extensions", {}).get("KHR_materials_emissive_strength", {})
    factor = triple(
        np.array(material.get("emissiveFactor", (0, 0, 0)), float) * strength.get("emissiveStrength", 1.0)
    )
    if "emissiveTexture" in material and any(factor):
        tap = Tap("emissiveColor", "rgb", material["emissiveTexture"], factor, (0.0,) * 3, "color")
        surface.taps.append(tap)
    elif any(factor):
        surface.values["emissiveColor"] = factor


def add_coat(surface: Surface, coat: Json) -> None:
    """KHR_materials_clearcoat without its own normal map."""
    if coat.get("clearcoatFactor", 0.0) > 0:
        surface.put("clearcoat", coat["clearcoatFactor"], coat.get("clearcoatTexture"), "r")
        rough = coat.get("clearcoatRoughnessFactor", 0.0)
        surface.put("clearcoatRoughness", rough, coat.get("clearcoatRoughnessTexture"), "g")


def refraction(extensions: Json) -> float:
    """The index of refraction whose reflection is as strong as KHR_materials_specular makes it.

    F0 = ((n − 1) / (n + 1))², times the factors; solved for n.
    """
    index = extensions.get("KHR_materials_ior", {}).get("ior", 1.5)
    specular = extensions.get("KHR_materials_specular", {})
    straight = ((index - 1) / (index + 1)) ** 2
    straight *= specular.get("specularFactor", 1.0) * max(specular.get("specularColorFactor", (1, 1, 1)))
    if "specularColorTexture" in specular:
        # A colour of reflection can't be read from a texture here; most of them are those of dielectrics.
        straight = min(straight, ORDINARY_F0)
    root = float(np.sqrt(np.clip(straight, 0, GREATEST_F0)))
    return (1 + root) / (1 - root)


def triple(values: Any) -> tuple[float, ...]:
    """Three plain floats."""
    return tuple(float(value) for value in values[:3])


@dataclass(frozen=True, slots=True)
class Node:
    """A texture node that serves several taps: scale and bias by channel r, g, b, a."""

    info: Json
    kind: Kind
    steep: float
    scale: dict[str, float]
    bias: dict[str, float]


def texture_nodes(taps: list[Tap]) -> list[tuple[Node, list[Tap]]]:
    """Taps gathered by texture, so that a picture that holds several maps is read once."""
    found: list[tuple[Node, list[Tap]]] = []
    for tap in taps:
        node = Node(tap.info, tap.kind, tap.steep, *by_channel(tap))
        for place, (other, served) in enumerate(found):
            if joinable(node, other):
                scale, bias = {**other.scale, **node.scale}, {**other.bias, **node.bias}
                found[place] = (replace(other, scale=scale, bias=bias), [*served, tap])
                break
        else:
            found.append((node, [tap]))
    return found


def by_channel(tap: Tap) -> tuple[dict[str, float], dict[str, float]]:
    """Scale and bias of the channels that a tap reads."""
    return dict(zip(tap.channel, tap.scale, strict=True)), dict(zip(tap.channel, tap.bias, strict=True))


def joinable(node: Node, other: Node) -> bool:
    """Whether two nodes read other channels of one picture in the same way."""
    alike = (node.kind, node.steep, place_of(node.info)) == (other.kind, other.steep, place_of(other.info))
    return alike and not node.scale.keys() & other.scale.keys()


def place_of(info: Json) -> Json:
    """What tells texture infos apart: picture, set of coordinates, transform."""
    return {key: info.get(key) for key in ("index", "texCoord", "extensions")}
