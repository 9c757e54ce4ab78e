"""What the templates of saved designs see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storefront.catalog.pages import Poster


@dataclass(frozen=True, slots=True)
class DesignView:
    """A saved design as it is today: ``price`` in minor units, ``url`` its configuration's address.

    A product that isn't sold any more has no address, and a ``problem``.
    """

    id: str
    name: str
    title: str
    chosen: tuple[tuple[str, str], ...]
    poster: Poster | None
    tint: int
    price: int
    url: str
    problem: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DesignsPage:
    """The list, the newest first."""

    designs: tuple[DesignView, ...]
    months: int
    notice: str


@dataclass(frozen=True, slots=True)
class SavePage:
    """A design that is about to be saved: its name is asked for. ``fields`` are the configuration's."""

    title: str
    name: str
    chosen: tuple[tuple[str, str], ...]
    poster: Poster | None
    tint: int
    fields: Mapping[str, str]
    back_url: str
    months: int
