"""From rays to light: which surfaces a ray meets, and what they send back along it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.materials import texture_slots
from renderd.pipeline.poster.facets import Facets, blend, put_given, uv_axes
from renderd.pipeline.poster.geometry import Geometry, Ints, gather
from renderd.pipeline.poster.light import Light
from renderd.pipeline.poster.material import Material, Spots
from renderd.pipeline.poster.pyramid import Floats, Indices, Pyramid
from renderd.pipeline.poster.rays import Hits, Tracer
from renderd.pipeline.poster.shading import shade
from renderd.pipeline.poster.texture import Textures
from renderd.pipeline.poster.vectors import dot, largest, mean, unit

Arrays = TypeVar("Arrays", "Hits", "Facets")

LAYERS = 16
"""Surfaces that a ray passes at most: leaves with holes, panes, back faces."""
DIM = 0.01
MOST_KEPT = 600_000
"""Meetings of rays and surfaces that are kept: a tenth of a gigabyte."""

AMBIENT_REACH = 0.3
"""How far surfaces shade each other, as a share of the model's diagonal."""


@dataclass(slots=True)
class Seen:
    """What n rays see: radiance (n, 3), what still passes (n, 3), and the first surface that mostly stops it.

    ``distance`` of that surface is infinite for rays that meet none; ``covered`` is its ambient occlusion.
    """

    radiance: Floats
    passing: Floats
    distance: Floats
    normal: Floats
    covered: Floats


@dataclass(slots=True)
class Struck:
    """Where some rays meet one material: the rays, their directions (n, 3), and the spots.

    ``answer`` is what a material sends back and lets pass, if that is kept.
    """

    material: int
    rays: Indices
    towards: Floats
    spots: Spots
    answer: tuple[Material, Floats, Floats] | None = None


@dataclass(slots=True)
class Met:
    """Rays that meet something, how far each has gone (n,), and what; ``asked`` tells which rays went."""

    rays: Indices
    travelled: Floats
    struck: list[Struck]
    asked: int = 0


class Subject:
    """A model ready to be looked at; KeyError for an unknown ``variant``, ModelError without triangles.

    ``pictures`` are decoded images by index, as ``Textures`` takes them.
    """

    def __init__(
        self,
        document: Document,
        light: Light,
        variant: str | None = None,
        pictures: dict[int, Pyramid] | None = None,
    ) -> None:
        self.geometry: Geometry = gather(document, variant)
        if not len(self.geometry.faces):
            raise ModelError("the scene shows no triangle; a model needs at least one visible surface")
        indices = np.unique(self.geometry.material)
        self._pictures = pictures
        self._materials = self._painted(document, pictures)
        opacity = np.array([self._materials[int(i)].opacity for i in indices], np.float32)
        self.tracer = Tracer(self.geometry, opacity[np.searchsorted(indices, self.geometry.material)])
        self._light = light
        self.density = np.stack([self.geometry.density(0), self.geometry.density(1)])
        self._tangents = bool(self.geometry.tangents.any())
        low, high = self.geometry.bounds()
        self.size = float(np.linalg.norm(high - low))
        self._kept: dict[tuple[object, ...], Met] | None = None

    def remember(self) -> None:
        """Keep what rays meet, for looks from the same places: at this, and at its repainted copies.

        That takes about 150 bytes for each time that a ray meets something, up to MOST_KEPT. It saves two
        fifths of a look, and nearly all of it for materials that aren't painted anew.
        """
        self._kept = {}

    def repainted(self, document: Document, pictures: dict[int, Pyramid]) -> Subject:
        """The same triangles with other pictures on them; ``document`` holds the same materials."""
        other = copy(self)
        other._pictures = pictures
        painted = other._painted(document, pictures)
        other._materials = {
            index: painted[index] if self._changed(document, index, pictures) else material
            for index, material in self._materials.items()
        }
        return other

    def _painted(self, document: Document, pictures: dict[int, Pyramid] | None) -> dict[int, Material]:
        textures = Textures(document, pictures)
        return {int(i): Material(document, int(i), textures) for i in np.unique(self.geometry.material)}

    def _changed(self, document: Document, material: int, pictures: dict[int, Pyramid]) -> bool:
        """Whether a material has other pictures than at this subject."""
        own = texture_slots(document.json["materials"][material]) if material >= 0 else ()
        images = {document.texture_image(info["index"]) for _, info in own}
        return self._pictures is None or any(
            image is not None and pictures.get(image) is not self._pictures.get(image) for image in images
        )

    def look(self, origin: Floats, towards: Floats, width: float, order: Ints, ambient: int) -> Seen:
        """Follow rays from ``origin`` (3,) along ``towards`` (n, 3).

        ``width`` is that of a pixel at distance 1; ``ambient`` rays per point measure how open it is,
        and ``order`` (n,) picks which ones.
        """
        count = len(towards)
        seen = Seen(
            np.zeros((count, 3), np.float32),
            np.ones((count, 3), np.float32),
            np.full(count, np.inf, np.float32),
            np.zeros((count, 3), np.float32),
            np.zeros(count, np.float32),
        )
        active, travelled = np.arange(count), np.zeros(count, np.float32)
        view = origin.tobytes(), width, hash(towards.tobytes())
        for layer in range(LAYERS):
            met = self._met((*view, layer), origin, towards, width, active, travelled)
            active, travelled[met.rays] = met.rays, met.travelled
            for surface in met.struck:
                self._shade(seen, surface)
            self._note(seen, active, travelled)
            travelled[active] += np.float32(self.size * 1e-5)
            active = active[largest(seen.passing[active])[:, 0] > DIM]
            if not len(active):
                break
        self._measure_openness(seen, origin, towards, order, ambient)
        return seen

    def _met(
        self,
        key: tuple[object, ...],
        origin: Floats,
        towards: Floats,
        width: float,
        active: Indices,
        travelled: Floats,
    ) -> Met:
        """Let the ``active`` rays go on, or know of a look before, from ``key``, what they meet."""
        if self._kept is None:
            return self._meet(origin, towards, width, active, travelled)
        asked = hash(active.tobytes())
        known = self._kept.get(key)
        if known is not None and known.asked == asked:
            return known
        found = self._meet(origin, towards, width, active, travelled)
        if known is None and sum(len(met.rays) for met in self._kept.values()) < MOST_KEPT:
            found.asked = asked
            self._kept[key] = found
        return found

    def _meet(self, origin: Floats, towards: Floats, width: float, active: Indices, travelled: Floats) -> Met:
        """What the ``active`` rays meet next, material by material."""
        hits = self.tracer.cast(origin + towards[active] * travelled[active, None], towards[active])
        met = hits.triangle >= 0
        active, hits = active[met], some(hits, met)
        gone = travelled[active] + hits.distance
        material = self.geometry.material[hits.triangle]
        wide = gone * np.float32(width)
        groups = [(int(index), np.flatnonzero(material == index)) for index in np.unique(material)]
        struck = [
            self._struck(index, active[here], some(hits, here), towards[active[here]], wide[here])
            for index, here in groups
        ]
        return Met(active, gone, struck)

    def _struck(self, material: int, rays: Indices, hits: Hits, towards: Floats, width: Floats) -> Struck:
        facets = self._facets(hits, towards)
        if not self._materials[material].double_sided:
            front = facets.front > 0
            rays, towards, width = rays[front], towards[front], width[front]
            hits, facets = some(hits, front), some(facets, front)
        return Struck(material, rays, towards, self._spots(facets, hits, towards, width))

    def _shade(self, seen: Seen, at: Struck) -> None:
        """Add what surfaces send back."""
        if not len(at.rays):
            return
        material = self._materials[at.material]
        if at.answer and at.answer[0] is material:
            _, radiance, passing = at.answer
        else:
            radiance, passing = shade(material.look(at.spots), -at.towards, self._light)
        if self._kept is not None and at.answer is None:
            at.answer = material, radiance, passing
        seen.radiance[at.rays] += seen.passing[at.rays] * radiance
        seen.passing[at.rays] *= passing
        seen.normal[at.rays] = at.spots.normals

    def _facets(self, hits: Hits, towards: Floats) -> Facets:
        corners = self.geometry.faces[hits.triangle]
        weights = np.stack([1 - hits.u - hits.v, hits.u, hits.v], axis=1)
        points = self.geometry.positions[corners]
        edges = points[:, 1:] - points[:, :1]
        plane = np.cross(edges[:, 0], edges[:, 1])
        side = np.where(dot(plane, towards) < 0, 1, -1).astype(np.float32)
        normals = blend(self.geometry.normals[corners], weights)
        empty = dot(normals, normals) < 1e-12
        normals[empty] = plane[empty]
        # A mirrored node turns its normals over; the plane of the triangle says which way is out.
        against = dot(normals, plane) * side < 0
        normals[against] *= -1
        return Facets(corners, weights, edges, unit(normals), side)

    def _spots(self, facets: Facets, hits: Hits, towards: Floats, width: Floats) -> Spots:
        uv_corners = self.geometry.uvs[:, facets.corners]
        along, across = uv_axes(facets, uv_corners)
        if self._tangents:
            put_given(along, across, facets, self.geometry.tangents[facets.corners])
        slant = np.sqrt(np.maximum(-dot(facets.normals, towards), 0.04))
        return Spots(
            uvs=np.einsum("snkc,nk->snc", uv_corners, facets.weights).astype(np.float32),
            footprint=width / slant * self.density[:, hits.triangle],
            colours=blend(self.geometry.colours[facets.corners], facets.weights),
            normals=facets.normals,
            tangents=along,
            bitangents=across,
            scale=self.geometry.scale[hits.triangle],
        )

    def _note(self, seen: Seen, rays: Indices, travelled: Floats) -> None:
        """Note the first surface that stops more than half of the light."""
        stopped = np.isinf(seen.distance[rays]) & (mean(seen.passing[rays]) < 0.5)
        seen.distance[rays[stopped]] = travelled[rays[stopped]]

    def _measure_openness(
        self, seen: Seen, origin: Floats, towards: Floats, order: Ints, ambient: int
    ) -> None:
        if not ambient:
            return
        solid = np.flatnonzero(np.isfinite(seen.distance))
        points = origin + towards[solid] * seen.distance[solid, None]
        reach = self.size * AMBIENT_REACH
        seen.covered[solid] = self.tracer.occlusion(points, seen.normal[solid], order[solid], ambient, reach)


def some(of: Arrays, here: Indices | NDArray[np.bool_]) -> Arrays:
    """Some of the rows of arrays."""
    return type(of)(*(getattr(of, name)[here] for name in of.__slots__))
