"""What it costs to bring a purchase to somebody, and when it is there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from storefront.checkout.boxes import Box, Parcel, pack
from storefront.checkout.lines import LineItem


@dataclass(frozen=True, slots=True)
class Rate:
    """A way of delivery. ``amount`` is in minor units; it arrives between ``earliest`` and ``latest``."""

    key: str
    title: str
    amount: int
    earliest: date
    latest: date
    parcels: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As a checkout and an order keep it."""
        return {
            "key": self.key,
            "title": self.title,
            "amount": self.amount,
            "earliest": self.earliest.isoformat(),
            "latest": self.latest.isoformat(),
            "parcels": list(self.parcels),
        }


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries that cost the same. ``prices`` are by box, in minor units; days are working days."""

    countries: frozenset[str]
    prices: Mapping[str, int]
    days: tuple[int, int]
    express: int = 0
    express_days: tuple[int, int] = (1, 1)


class Carrier(Protocol):
    """Who brings goods to people."""

    def countries(self) -> Iterable[str]:
        """ISO codes of the countries that it goes to."""

    def table(self) -> Sequence[Zone]:
        """What a parcel costs, for shoppers to read before they buy."""

    def rates(self, lines: Sequence[LineItem], address: Mapping[str, str], today: date) -> tuple[Rate, ...]:
        """The ways of delivery to an address, the cheapest first; none where it doesn't go."""


SMALL = Box("small", (35, 25, 10), 2_000)
MEDIUM = Box("medium", (60, 40, 30), 10_000)
LARGE = Box("large", (120, 60, 60), 31_500)
FREIGHT = Box("freight", (260, 240, 140), 500_000)
BOXES = (SMALL, MEDIUM, LARGE, FREIGHT)
"""Inner sizes in centimetres, most grams; what the largest can't hold is freight of its own."""


def _zone(countries: str, prices: tuple[int, int, int, int], days: tuple[int, int], express: int = 0) -> Zone:
    by_box = dict(zip((box.key for box in BOXES), prices, strict=True))
    return Zone(frozenset(countries.split()), by_box, days, express)


ZONES = (
    _zone("DE", (490, 690, 1690, 8900), (1, 2), express=990),
    _zone("AT BE CZ DK FR LU NL PL", (990, 1490, 2990, 14900), (2, 4), express=1900),
    _zone("BG CY EE ES FI GR HR HU IE IT LT LV MT PT RO SE SI SK", (1490, 1990, 4490, 24900), (3, 7)),
    _zone("CH GB IS LI NO", (1990, 2990, 5990, 34900), (4, 8)),
    _zone("AU CA JP KR NZ SG US", (3490, 5990, 14900, 89000), (7, 14)),
)
"""The rates of the demo shop, which ships from Germany and sells in euros."""


MOST_PARCELS = 300
"""Of one purchase; whoever wants more talks to the shop first."""


class TableCarrier:
    """Rates by zone and box from a table. Freight isn't sent by express."""

    def __init__(self, zones: Sequence[Zone] = ZONES, boxes: Sequence[Box] = BOXES) -> None:
        self._zones, self._boxes = zones, boxes

    def countries(self) -> Iterable[str]:
        return sorted(country for zone in self._zones for country in zone.countries)

    def table(self) -> Sequence[Zone]:
        return self._zones

    def rates(self, lines: Sequence[LineItem], address: Mapping[str, str], today: date) -> tuple[Rate, ...]:
        zone = next((zone for zone in self._zones if address["country"] in zone.countries), None)
        if zone is None or not lines:
            return ()
        parcels = pack(lines, self._boxes)
        if len(parcels) > MOST_PARCELS:
            return ()
        price = sum(zone.prices[parcel.box.key] for parcel in parcels)
        ready = after(today, max(line.lead_days for line in lines))
        names = tuple(map(_named, parcels))
        heavy = any(parcel.box is self._boxes[-1] for parcel in parcels)
        title = "By van, to your room" if heavy else "Standard delivery"
        standard = Rate("standard", title, price, *_between(ready, zone.days), names)
        if heavy or not zone.express:
            return (standard,)
        dear = price + zone.express * len(parcels)
        return standard, Rate("express", "Express", dear, *_between(ready, zone.express_days), names)


def after(day: date, working_days: int) -> date:
    """So many days later, without Saturdays and Sundays; holidays are not known here."""
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5
    return day


def _between(ready: date, days: tuple[int, int]) -> tuple[date, date]:
    return after(ready, days[0]), after(ready, days[1])


def _named(parcel: Parcel) -> str:
    return f"{parcel.box.key}, {parcel.grams / 1000:.1f} kg"
