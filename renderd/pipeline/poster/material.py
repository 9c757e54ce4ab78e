"""glTF materials, read at many points at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from renderd.pipeline.document import Document, Json
from renderd.pipeline.poster.pyramid import Floats, floats
from renderd.pipeline.poster.texture import Texture, Textures
from renderd.pipeline.poster.vectors import unit

EMPTY: Json = {}


@dataclass(frozen=True, slots=True)
class Spots:
    """Points on triangles: two sets of uvs (2, n, 2), vertex colours (n, 4), and the geometry around them.

    ``footprint`` (2, n) is the width of a pixel there, in units of each set of uvs; ``normals`` face the
    viewer; ``tangents`` and ``bitangents`` (2, n, 3) point where u grows and where v shrinks.
    """

    uvs: Floats
    footprint: Floats
    colours: Floats
    normals: Floats
    tangents: Floats
    bitangents: Floats
    scale: Floats


@dataclass(slots=True)
class Look:
    """What a material says at n points, as KHR_materials_pbr* name it; None where a layer is absent."""

    base: Floats
    alpha: Floats
    metalness: Floats
    roughness: Floats
    normal: Floats
    emissive: Floats
    occlusion: Floats
    unlit: bool
    ior: float
    specular: Floats
    specular_colour: Floats
    clearcoat: Floats | None = None
    clearcoat_roughness: Floats | None = None
    clearcoat_normal: Floats | None = None
    sheen: Floats | None = None
    sheen_roughness: Floats | None = None
    transmission: Floats | None = None
    attenuation: Floats | None = None
    iridescence: Floats | None = None
    film: Floats | None = None
    film_ior: float = 1.3


class Material:
    """One material of a document; textures are decoded when they are first looked at."""

    def __init__(self, document: Document, index: int, textures: Textures) -> None:
        self.json: Json = document.json["materials"][index] if index >= 0 else {}
        self._pbr: Json = self.json.get("pbrMetallicRoughness", EMPTY)
        self._extensions: Json = self.json.get("extensions", EMPTY)
        self._textures = textures
        self.mode: str = self.json.get("alphaMode", "OPAQUE")
        self.cutoff = float(self.json.get("alphaCutoff", 0.5))
        self.double_sided = bool(self.json.get("doubleSided", False))

    @property
    def opacity(self) -> float:
        """How much light the surface stops, roughly: what its shadow is worth."""
        clear = float(self._extension("transmission").get("transmissionFactor", 0))
        alpha = float(self._pbr.get("baseColorFactor", (1, 1, 1, 1))[3]) if self.mode == "BLEND" else 1.0
        return alpha * (1 - 0.7 * clear)

    def alpha(self, base: Floats) -> Floats:
        """Coverage (n,) after the alpha mode, given the product of factor, texture and vertex colour."""
        if self.mode == "BLEND":
            return np.clip(base[:, 3], 0, 1)
        if self.mode == "MASK":
            return (base[:, 3] >= self.cutoff).astype(np.float32)
        return np.ones(len(base), np.float32)

    def look(self, spots: Spots) -> Look:
        """Everything that shading needs at the spots."""
        factor = floats(self._pbr.get("baseColorFactor", (1, 1, 1, 1)))
        base = self._sample(self._pbr, "baseColorTexture", spots, srgb=True) * factor * spots.colours
        rough = self._sample(self._pbr, "metallicRoughnessTexture", spots)
        specular = self._extension("specular")
        look = Look(
            base=base[:, :3],
            alpha=self.alpha(base),
            metalness=rough[:, 2] * np.float32(self._pbr.get("metallicFactor", 1.0)),
            roughness=rough[:, 1] * np.float32(self._pbr.get("roughnessFactor", 1.0)),
            normal=self._normal(self.json, "normalTexture", spots),
            emissive=self._emissive(spots),
            occlusion=self._occlusion(spots),
            unlit="KHR_materials_unlit" in self._extensions,
            ior=float(self._extension("ior").get("ior", 1.5)),
            specular=self._scalar(specular, "specular", spots, 1.0, 3),
            specular_colour=self._colour(specular, "specularColor", spots, (1, 1, 1)),
        )
        self._add_layers(look, spots)
        return look

    def _add_layers(self, look: Look, spots: Spots) -> None:
        coat, sheen = self._extension("clearcoat"), self._extension("sheen")
        if coat.get("clearcoatFactor", 0):
            look.clearcoat = self._scalar(coat, "clearcoat", spots, 0.0, 0)
            look.clearcoat_roughness = self._scalar(coat, "clearcoatRoughness", spots, 0.0, 1)
            look.clearcoat_normal = self._normal(coat, "clearcoatNormalTexture", spots)
        if any(sheen.get("sheenColorFactor", ())):
            look.sheen = self._colour(sheen, "sheenColor", spots, (0, 0, 0))
            look.sheen_roughness = self._scalar(sheen, "sheenRoughness", spots, 0.0, 3)
        self._add_optics(look, spots)

    def _add_optics(self, look: Look, spots: Spots) -> None:
        clear, film = self._extension("transmission"), self._extension("iridescence")
        if clear.get("transmissionFactor", 0):
            look.transmission = self._scalar(clear, "transmission", spots, 0.0, 0)
            look.attenuation = self._attenuation(spots)
        if film.get("iridescenceFactor", 0):
            look.iridescence = self._scalar(film, "iridescence", spots, 0.0, 0)
            low, high = (
                float(film.get(f"iridescenceThickness{end}", d))
                for end, d in (("Minimum", 100), ("Maximum", 400))
            )
            share = self._sample(film, "iridescenceThicknessTexture", spots)[:, 1]
            look.film = low + share * np.float32(high - low)
            look.film_ior = float(film.get("iridescenceIor", 1.3))

    def _attenuation(self, spots: Spots) -> Floats:
        """Beer–Lambert transmittance (n, 3) through the volume's thickness (KHR_materials_volume)."""
        volume = self._extension("volume")
        distance = float(volume.get("attenuationDistance", np.inf))
        colour = np.maximum(floats(volume.get("attenuationColor", (1, 1, 1))), 1e-6)
        thickness = self._scalar(volume, "thickness", spots, 0.0, 1) * spots.scale
        return np.asarray(colour ** (thickness[:, None] / np.float32(distance)), np.float32)

    def _emissive(self, spots: Spots) -> Floats:
        strength = float(self._extension("emissive_strength").get("emissiveStrength", 1.0))
        return self._colour(self.json, "emissive", spots, (0, 0, 0), "emissiveTexture") * np.float32(strength)

    def _occlusion(self, spots: Spots) -> Floats:
        strength = np.float32(self.json.get("occlusionTexture", EMPTY).get("strength", 1.0))
        return 1 + strength * (self._sample(self.json, "occlusionTexture", spots)[:, 0] - 1)

    def _normal(self, owner: Json, name: str, spots: Spots) -> Floats:
        """Normals (n, 3), bent by the texture ``name`` if there is one."""
        texture = self._texture(owner, name)
        if texture is None:
            return spots.normals
        scale = np.float32(owner[name].get("scale", 1.0))
        bent = texture.at(spots.uvs, spots.footprint)[:, :3] * 2 - 1
        along, across = texture.turned(spots.tangents, spots.bitangents)
        normal = bent[:, :1] * scale * along + bent[:, 1:2] * scale * across + bent[:, 2:] * spots.normals
        return unit(normal)

    def _scalar(self, owner: Json, name: str, spots: Spots, default: float, channel: int) -> Floats:
        factor = np.float32(owner.get(f"{name}Factor", default))
        return self._sample(owner, f"{name}Texture", spots)[:, channel] * factor

    def _colour(
        self, owner: Json, name: str, spots: Spots, default: tuple[int, int, int], texture: str = ""
    ) -> Floats:
        factor = floats(owner.get(f"{name}Factor", default))
        return self._sample(owner, texture or f"{name}Texture", spots, srgb=True)[:, :3] * factor

    def _sample(self, owner: Json, name: str, spots: Spots, srgb: bool = False) -> Floats:
        """Values (n, 4) of a texture; ones where the material has none."""
        texture = self._texture(owner, name, srgb)
        if texture is None:
            return np.ones((len(spots.normals), 4), np.float32)
        return texture.at(spots.uvs, spots.footprint)

    def _texture(self, owner: Json, name: str, srgb: bool = False) -> Texture | None:
        info: dict[str, Any] | None = owner.get(name)
        return None if info is None else self._textures.get(info, srgb)

    def _extension(self, name: str) -> Json:
        found: Json = self._extensions.get(f"KHR_materials_{name}", EMPTY)
        return found
