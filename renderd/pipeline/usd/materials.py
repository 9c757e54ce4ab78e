"""UsdPreviewSurface as materials of glTF, with the pictures of the package.

glTF wants roughness and metal in two channels of one picture, and opacity in the alpha of the colour:
where the package has them apart, a picture is put together.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pxr import UsdShade

from renderd.pipeline.archive import Archive
from renderd.pipeline.document import Document, Json
from renderd.pipeline.gloss import MIRROR_INDEX
from renderd.pipeline.surfaces import PLAIN
from renderd.pipeline.usd.mixing import Images
from renderd.pipeline.usd.networks import Found, Reader, Tap, read_input

INPUTS = {
    **{"diffuseColor": (0.18,) * 3, "emissiveColor": (0.0,) * 3, "specularColor": (0.0,) * 3},
    **{"useSpecularWorkflow": 0.0, "metallic": 0.0, "roughness": 0.5, "clearcoat": 0.0},
    **{"clearcoatRoughness": 0.01, "opacity": 1.0, "opacityThreshold": 0.0, "ior": 1.5},
    **{"normal": None, "occlusion": 1.0},
}
"""Inputs of UsdPreviewSurface with the values that its specification gives them."""


class Materials:
    """Adds the materials of a stage to a document, each when it is first worn."""

    def __init__(self, document: Document, archive: Archive, folder: Path) -> None:
        self._document = document
        self._images = Images(document, archive, folder)
        self._made: dict[str, tuple[int, tuple[str, ...], bool]] = {}

    def plain(self, color: tuple[float, ...] | None) -> int:
        """The material of a mesh that wears none, of a ``color`` (3 linear numbers) or of ours."""
        key = f" {color}"
        if key not in self._made:
            material: Json = {**PLAIN, "name": "material"}
            if color is not None:
                base = {**PLAIN["pbrMetallicRoughness"], "baseColorFactor": [*map(limited, color), 1.0]}
                material["pbrMetallicRoughness"] = base
            self._made[key] = self._document.add("materials", material), (), False
        return self._made[key][0]

    def worn(self, material: UsdShade.Material) -> tuple[int, tuple[str, ...], bool]:
        """The number of a material, the primvars of its coordinates in the order of glTF's sets, and whether
        it shows the colours of the vertices.
        """
        path = str(material.GetPath())
        if path not in self._made:
            name = material.GetPrim().GetDisplayName() or material.GetPrim().GetName()
            inputs = surface_inputs(material)
            look = Look(self._images, inputs)
            index = self._document.add("materials", {"name": name, **look.material()})
            colored = isinstance(inputs["diffuseColor"], Reader)
            self._made[path] = index, tuple(look.coordinates), colored
        return self._made[path]


def surface_inputs(material: UsdShade.Material) -> dict[str, Found]:
    """All inputs of a material's UsdPreviewSurface; what it doesn't say as the specification has it."""
    shader = material.ComputeSurfaceSource()[0]
    if not shader or shader.GetShaderId() != "UsdPreviewSurface":
        return {**INPUTS, "diffuseColor": (0.8,) * 3}
    found = {name: read_input(shader, name) for name in INPUTS}
    return {name: INPUTS[name] if value is None else value for name, value in found.items()}


class Look:
    """One material, put together."""

    def __init__(self, images: Images, inputs: dict[str, Found]) -> None:
        self._images = images
        self._inputs = inputs
        self.coordinates: list[str] = []

    def material(self) -> Json:
        """The material as glTF has it, without a name."""
        result: Json = {"pbrMetallicRoughness": self._base(), **self._alpha()}
        self._add_metal(result)
        self._add_relief(result)
        self._add_glow(result)
        extensions = {**result.pop("extensions", {}), **self._coat(), **self._reflection()}
        return result | ({"extensions": extensions} if extensions else {})

    def _number(self, name: str) -> float:
        """A constant input; that of the specification if a texture or a primvar stands there."""
        value = self._inputs[name]
        default = INPUTS[name]
        found = value if isinstance(value, float) else default
        return found if isinstance(found, float) else 0.0

    def _color(self, name: str) -> list[float]:
        """A constant colour; white where a texture or the vertices give it."""
        value = self._inputs[name]
        if isinstance(value, Tap):
            return [1.0] * 3 if value.biased else [limited(part) for part in value.scale[:3]]
        return [limited(part) for part in value] if isinstance(value, tuple) else [1.0] * 3

    def _info(self, image: int, tap: Tap) -> Json:
        """A texture info that shows an image where ``tap`` would."""
        if tap.coordinates not in self.coordinates:
            self.coordinates.append(tap.coordinates)
        number = self.coordinates.index(tap.coordinates)
        info: Json = {"index": self._images.texture(image, tap.wrap)}
        if number:
            info["texCoord"] = number
        if tap.moved:
            info["extensions"] = {"KHR_texture_transform": tap.moved}
        return info

    def _base(self) -> Json:
        color, opacity = self._inputs["diffuseColor"], self._inputs["opacity"]
        specular = self._number("useSpecularWorkflow") > 0
        metal = 0.0 if specular else limited(self._number("metallic"))
        pbr: Json = {"metallicFactor": metal, "roughnessFactor": limited(self._number("roughness"))}
        alpha = limited(opacity) if isinstance(opacity, float) else 1.0
        pbr["baseColorFactor"] = [*self._color("diffuseColor"), alpha]
        tap = opacity if isinstance(opacity, Tap) else None
        if isinstance(color, Tap):
            pbr["baseColorTexture"] = self._info(self._images.covered(color, tap), color)
        elif tap is not None:
            pbr["baseColorTexture"] = self._info(self._images.covered(None, tap), tap)
        return pbr

    def _alpha(self) -> Json:
        opacity, threshold = self._inputs["opacity"], self._number("opacityThreshold")
        if isinstance(opacity, float) and opacity >= 1:
            return {}
        return (
            {"alphaMode": "MASK", "alphaCutoff": limited(threshold)}
            if threshold > 0
            else {"alphaMode": "BLEND"}
        )

    def _add_metal(self, result: Json) -> None:
        rough, metal = self._inputs["roughness"], self._inputs["metallic"]
        if self._number("useSpecularWorkflow") > 0:
            metal = 0.0
        tap = rough if isinstance(rough, Tap) else metal
        if isinstance(tap, Tap):
            parts = {"g": rough, "b": metal}
            image = self._images.mixed({key: part for key, part in parts.items() if isinstance(part, Tap)})
            pbr = result["pbrMetallicRoughness"]
            pbr["metallicRoughnessTexture"] = self._info(image, tap)
            for key, part in (("roughnessFactor", rough), ("metallicFactor", metal)):
                if isinstance(part, Tap):
                    pbr[key] = 1.0

    def _add_relief(self, result: Json) -> None:
        normal, occlusion = self._inputs["normal"], self._inputs["occlusion"]
        if isinstance(normal, Tap):
            scale = abs(normal.scale[0]) / 2 if normal.bias[0] else 1.0
            result["normalTexture"] = self._info(self._images.normals(normal), normal)
            if abs(scale - 1) > 1e-3:
                result["normalTexture"]["scale"] = scale
        if isinstance(occlusion, Tap):
            result["occlusionTexture"] = self._info(self._images.mixed({"r": occlusion}), occlusion)

    def _add_glow(self, result: Json) -> None:
        glow = self._inputs["emissiveColor"]
        if isinstance(glow, Tap) and glow.biased:
            glow = replace(glow, bias=(0.0,) * 4)
        factor = glow.scale[:3] if isinstance(glow, Tap) else glow if isinstance(glow, tuple) else (0.0,) * 3
        strength = max(1.0, *factor)
        if not max(factor) > 0:
            return
        result["emissiveFactor"] = [limited(part / strength) for part in factor]
        if isinstance(glow, Tap):
            result["emissiveTexture"] = self._info(self._images.color(glow), glow)
        if strength > 1:
            result["extensions"] = {"KHR_materials_emissive_strength": {"emissiveStrength": strength}}

    def _coat(self) -> Json:
        coat: Json = {}
        slots = (("clearcoat", "clearcoat", "r"), ("clearcoatRoughness", "clearcoatRoughness", "g"))
        for name, key, channel in slots:
            tap = self._inputs[name]
            coat[f"{key}Factor"] = 1.0 if isinstance(tap, Tap) else limited(self._number(name))
            if isinstance(tap, Tap):
                coat[f"{key}Texture"] = self._info(self._images.mixed({channel: tap}), tap)
        return {"KHR_materials_clearcoat": coat} if coat["clearcoatFactor"] else {}

    def _reflection(self) -> Json:
        """The specular workflow as KHR_materials_specular; else the index of refraction."""
        if self._number("useSpecularWorkflow") > 0:
            tap = self._inputs["specularColor"]
            specular: Json = {"specularColorFactor": self._color("specularColor")}
            if isinstance(tap, Tap):
                specular["specularColorTexture"] = self._info(self._images.color(tap), tap)
            return {"KHR_materials_specular": specular, "KHR_materials_ior": {"ior": MIRROR_INDEX}}
        index = self._number("ior")
        return {} if abs(index - 1.5) < 1e-3 or index < 1 else {"KHR_materials_ior": {"ior": index}}


def limited(value: float) -> float:
    """A number from 0 to 1."""
    return min(1.0, max(0.0, float(value)))
