"""The bill of a size: all templates of its deployment, read by the meters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from troposphere_stacks.cost.bill import Bill
from troposphere_stacks.cost.habits import Habits
from troposphere_stacks.cost.load import Caching, Load
from troposphere_stacks.cost.meters import read
from troposphere_stacks.cost.place import Place, resources
from troposphere_stacks.cost.prices import prices
from troposphere_stacks.cost.sizes import Size
from troposphere_stacks.deployment import Deployment
from troposphere_stacks.manifest import Entry, resolve
from troposphere_stacks.stacks import STACKS

WITH_ALL = Caching()
WITHOUT = {
    "CloudFront's hits": replace(WITH_ALL, edge=False),
    "browsers' caches": replace(WITH_ALL, browsers=False),
    "the page cache": replace(WITH_ALL, pages=False),
    "the catalog's snapshot": replace(WITH_ALL, snapshot=False),
    "all of them": Caching(edge=False, browsers=False, pages=False, snapshot=False),
}


def estimate(size: Size, habits: Habits | None = None, caching: Caching = WITH_ALL) -> Bill:
    """The bill of a month. Raises StackError for a resource or price that nobody knows."""
    return price(_built(size.deployment()), size, habits or Habits(), caching)


def price(entries: Iterable[Entry], size: Size, habits: Habits, caching: Caching = WITH_ALL) -> Bill:
    """The bill of templates that are built already."""
    known = tuple(entries)
    load = load_of(size, habits, caching)
    places = {region: Place(prices(region), load, size, known) for region in _regions(known)}
    return Bill(
        tuple(
            line
            for entry in known
            for resource in resources(entry)
            for line in read(resource, places[entry.region])
        )
    )


def load_of(size: Size, habits: Habits, caching: Caching = WITH_ALL) -> Load:
    """What each region has to do: shoppers and uploads are spread evenly."""
    regions = len(size.regions)
    return Load(
        habits=habits,
        shoppers=size.shoppers / regions,
        models=size.models / regions,
        kept_models=size.kept_models / regions,
        regions=regions,
        caching=caching,
    )


@dataclass(frozen=True, slots=True)
class Saving:
    """What a month would cost without a cache, beside what it costs."""

    what: str
    without: float
    total: float

    @property
    def share(self) -> float:
        """The part of that bill which the cache saves."""
        return 1 - self.total / self.without


def savings(size: Size, habits: Habits | None = None) -> list[Saving]:
    """What each cache saves by itself, and all of them together."""
    total = estimate(size, habits).total
    return [Saving(what, estimate(size, habits, caching).total, total) for what, caching in WITHOUT.items()]


def _regions(entries: Iterable[Entry]) -> set[str]:
    return {entry.region for entry in entries}


@cache
def _built(deployment: Deployment) -> tuple[Entry, ...]:
    return tuple(resolve(deployment, STACKS))
