"""The picture of a region: zones side by side, tiers one below another, ways in the margin at the right.

Each place (web, database …) is a bar over the three zones with a dot in each; a way leads from the end of one
bar to the end of another, on a track of its own, so that no two lines lie on one another.
"""

from __future__ import annotations

from dataclasses import dataclass

from troposphere_stacks.graph.drawing import Drawing
from troposphere_stacks.graph.reading import TIERS, Network, Place

ZONES = (1, 2, 3)
_KINDS = {443: "https", 8000: "web", 5432: "database", 6379: "cache"}
_BAR, _STEP, _TRACK, _LABEL = 26, 34, 11, 70
_TOP, _TIER_HEAD, _TIER_FOOT, _TIER_GAP = 66, 10, 22, 12
_STORES_HEIGHT = 52
Way = tuple[str, str, int]
"""From, to, TCP port."""


@dataclass(slots=True)
class Region:
    """Where a region's picture is, and where its parts came to lie."""

    network: Network
    x: float
    y: float
    width: float
    primary: bool

    @property
    def margin(self) -> float:
        """The width of the ways at the right."""
        return _TRACK * (len(self.network.ways) + 1) + 6

    @property
    def left(self) -> float:
        return self.x + _LABEL

    @property
    def right(self) -> float:
        """Where bars end."""
        return self.x + self.width - 16 - self.margin

    def zone(self, zone: int) -> tuple[float, float]:
        """Left edge and width of a zone."""
        width = (self.right - self.left - 20) / len(ZONES)
        return self.left + (zone - 1) * (width + 10), width

    def tier(self, tier: str) -> tuple[float, float]:
        """Top and height of a tier."""
        top = self.y + _TOP
        for each in TIERS:
            height = _TIER_HEAD + _STEP * self._rows(each) + _TIER_FOOT
            if each == tier:
                return top, height
            top += height + _TIER_GAP
        raise KeyError(tier)

    def _rows(self, tier: str) -> int:
        bars = sum(place.tier == tier for place in self.network.places)
        return bars + (tier == "Public")  # the NAT gateways have a row of their own

    def bar(self, name: str) -> float:
        """The upper edge of a place's bar."""
        place = next(each for each in self.network.places if each.name == name)
        row = [each for each in self.network.places if each.tier == place.tier].index(place)
        return self.tier(place.tier)[0] + _TIER_HEAD + row * _STEP

    @property
    def network_bottom(self) -> float:
        top, height = self.tier("Data")
        return top + height + 12

    @property
    def stores(self) -> float:
        """The upper edge of the stores outside of the network."""
        return self.network_bottom + 14

    @property
    def bottom(self) -> float:
        return self.stores + _STORES_HEIGHT + 14

    def store(self, position: int) -> tuple[float, float]:
        """Left edge and width of a store."""
        width = (self.width - 32 - 10) / 2
        return self.x + 16 + position * (width + 10), width


def draw(drawing: Drawing, region: Region) -> None:
    """Draw one region, with everything that is in it."""
    drawing.box(region.x, region.y, region.width, region.bottom - region.y, "panel", 12)
    name = region.network.region
    drawing.words(region.x + 18, region.y + 28, name, "heading")
    note = f"{'first region, ' if region.primary else ''}{region.network.addresses}"
    drawing.words(region.x + 34 + 10.5 * len(name), region.y + 28, note, "soft")
    _draw_network(drawing, region)
    for place in region.network.places:
        _draw_bar(drawing, region, place)
    _draw_ways(drawing, region)
    _draw_stores(drawing, region)


def _draw_network(drawing: Drawing, region: Region) -> None:
    top = region.y + 42
    drawing.box(region.x + 10, top, region.width - 20, region.network_bottom - top, "outline")
    for tier in TIERS:
        y, height = region.tier(tier)
        drawing.words(region.x + 20, y + height / 2 + 4, tier.lower(), "name")
        for zone in ZONES:
            x, width = region.zone(zone)
            drawing.box(x, y, width, height, tier.lower(), 6)
            drawing.words(x + 8, y + height - 8, region.network.subnets[tier, zone], "small")
    for zone in ZONES:
        x, width = region.zone(zone)
        drawing.words(x + 8, region.y + _TOP - 8, f"zone {zone}", "small")
        if zone in region.network.gateways:
            y = region.tier("Public")[0] + _TIER_HEAD + _STEP
            drawing.box(x + 8, y, width - 16, _BAR, "card", 6)
            drawing.words(x + width / 2, y + 17, "NAT", "name", "middle")


def _draw_bar(drawing: Drawing, region: Region, place: Place) -> None:
    y = region.bar(place.name)
    drawing.box(region.left + 6, y, region.right - region.left - 6, _BAR, "card", 6)
    drawing.words(region.left + 13, y + 17.5, place.name, "name")
    for zone in ZONES:
        x, width = region.zone(zone)
        drawing.dot(x + width - 10, y + _BAR / 2)


def _draw_ways(drawing: Drawing, region: Region) -> None:
    for position, (way, start, end) in enumerate(arrivals(region)):
        x = region.right + _TRACK * (position + 1)
        points = [(region.right, start), (x, start), (x, end), (region.right + 1, end)]
        drawing.way(points, _KINDS.get(way[2], ""))


def arrivals(region: Region) -> list[tuple[Way, float, float]]:
    """Ways from the inner track to the outer one, short ones first, each with the heights of its ends."""
    ways = sorted(region.network.ways, key=lambda way: (_span(region, way), region.bar(way[0])))
    return [(way, _height(region, way[0], way, ways), _height(region, way[1], way, ways)) for way in ways]


def _span(region: Region, way: Way) -> float:
    return abs(region.bar(way[1]) - region.bar(way[0]))


def _height(region: Region, name: str, way: Way, ways: list[Way]) -> float:
    """Where a way meets a bar: arrivals above, the outer the lower; departures below, the outer higher."""
    arriving = [each for each in ways if each[1] == name]
    leaving = [each for each in reversed(ways) if each[0] == name]
    here = [*arriving, *leaving]
    return region.bar(name) + _BAR * (here.index(way) + 1) / (len(here) + 1)


def _draw_stores(drawing: Drawing, region: Region) -> None:
    stores = (
        ("Objects", "S3: uploads, renditions, snapshots"),
        ("Tables", "DynamoDB: catalog, carts, sessions"),
    )
    for position, (name, about) in enumerate(stores):
        x, width = region.store(position)
        drawing.box(x, region.stores, width, _STORES_HEIGHT, "card")
        drawing.words(x + 14, region.stores + 22, name, "name")
        drawing.words(x + 14, region.stores + 40, about, "small")
