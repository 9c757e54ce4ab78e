"""What pages see of the catalog: plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from storefront.configure import Parts, Subject
from storefront.plugin_api import Value

JPEG = "image/jpeg"
"""Of the poster's files the one on white, for mails and link previews rather than for pages."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of a poster. ``key`` is its object key; sizes in pixels."""

    key: str
    type: str
    width: int
    height: int


@dataclass(frozen=True)
class Media:
    """A published model: the folder of its renditions and their manifest (docs/manifest.md)."""

    base: str
    manifest: Mapping[str, Any]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The poster's files with a transparent ground, best first."""
        images = [i for i in self.manifest["poster"]["images"] if i["type"] != JPEG]
        return tuple(Picture(self.base + i["path"], i["type"], i["width"], i["height"]) for i in images)

    @property
    def preview(self) -> str:
        """Key of the poster on white, for mails and link previews; empty for models of before."""
        images = (i for i in self.manifest["poster"]["images"] if i["type"] == JPEG)
        return next((self.base + i["path"] for i in images), "")

    @property
    def levels(self) -> Mapping[str, Mapping[str, Any]]:
        """Level -> ``key``, ``wire_bytes``, ``bytes``, ``triangles``, ``texture``."""
        levels = self.manifest["levels"].items()
        return {name: {**level, "key": self.base + level["path"]} for name, level in levels}

    @property
    def usdz(self) -> str:
        """Key of the default look for Quick Look; empty without one, as models of before have none."""
        return self._key("usdz")

    @property
    def plain(self) -> str:
        """Key of the GLB for viewers that decode nothing; empty without one."""
        return self._key("plain")

    def _key(self, entry: str) -> str:
        file = self.manifest.get(entry)
        return self.base + file["path"] if file else ""

    @property
    def camera(self) -> Mapping[str, Any]:
        return dict(self.manifest["camera"])

    @property
    def bounds(self) -> Mapping[str, list[float]]:
        return dict(self.manifest["bounds"])

    @property
    def size_cm(self) -> tuple[float, float, float]:
        """Width, depth and height in centimetres."""
        low, high = self.bounds["min"], self.bounds["max"]
        width, height, depth = (round((b - a) * 100, 1) for a, b in zip(low, high, strict=True))
        return width, depth, height

    @cached_property
    def parts(self) -> Parts:
        names = self.manifest
        return Parts(frozenset(names["nodes"]), frozenset(names["materials"]), tuple(names["variants"]))


@dataclass(frozen=True)
class ProductView:
    """A product as the shop shows it. ``price`` is the base price, ``lowest`` the "from": minor units."""

    slug: str
    title: str
    product_type: str
    category: str
    summary: str
    description: str
    price: int
    lowest: int
    currency: str
    attributes: Mapping[str, Value]
    defaults: Mapping[str, Value]
    media: Media | None

    @property
    def subject(self) -> Subject:
        """The product as ``configure`` takes it."""
        return Subject(self.title, self.price, self.defaults, self.media.parts if self.media else None)


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category with the number of products in it and below it."""

    slug: str
    title: str
    summary: str
    parent: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Query:
    """What a listing is asked for. ``category`` includes what lies below it; pages count from 1."""

    text: str = ""
    category: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet; ``count`` is how many products choosing it would leave or add."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter."""

    key: str
    label: str
    unit: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of products with the filters of the whole result."""

    products: tuple[ProductView, ...]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
