"""The whole picture: shoppers and edge at the top, regions below, the stacks at the bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from troposphere_stacks.deployment import Deployment
from troposphere_stacks.graph import order
from troposphere_stacks.graph.drawing import Drawing
from troposphere_stacks.graph.reading import read
from troposphere_stacks.graph.region import Region
from troposphere_stacks.graph.region import draw as draw_region
from troposphere_stacks.manifest import Entry
from troposphere_stacks.stack import Stack

_WIDTH, _SIDE, _GAP = 1440, 40, 124
_EDGE_TOP, _EDGE_HEIGHT, _REGIONS_TOP = 92, 54, 214
_LINKS = (
    ("Aurora replicates", "database"),
    ("5432, by peering", "database"),
    ("copies", ""),
    ("global tables", ""),
)
_ORDER = "deployed from left to right; a line leads from what gives to what needs"
_EDGE_ABOUT = "pages from the nearest healthy region, renditions from S3"
_LEGEND = (
    ("web", "8000 requests"),
    ("database", "5432 accounts, orders, stock"),
    ("cache", "6379 render queue"),
    ("https", "443 TLS"),
)


def picture(deployment: Deployment, entries: list[Entry], stacks: Iterable[Stack]) -> str:
    """The SVG of a deployment."""
    names = ", ".join(deployment.regions)
    about = "Each region's network with its zones, who may reach whom, and the stacks in their order."
    drawing = Drawing(f"Cloud of {deployment.prefix} in {names}", about)
    drawing.words(_SIDE, 52, deployment.prefix, "title")
    drawing.words(_SIDE, 74, f"{deployment.env.name} in {names}, for {deployment.domain}", "soft")
    regions = _regions(deployment, entries)
    for region in regions:
        draw_region(drawing, region)
    _draw_edge(drawing, regions)
    for one, other in pairwise(regions):
        if one.y == other.y:
            _draw_links(drawing, one, other)
    bottom = max(region.bottom for region in regions)
    _draw_legend(drawing, bottom + 30)
    return _draw_stacks(drawing, deployment, entries, stacks, bottom + 104)


def _regions(deployment: Deployment, entries: list[Entry]) -> list[Region]:
    """Two regions share a line."""
    networks = {entry.region: read(entry) for entry in entries if entry.name == "network"}
    width = (_WIDTH - 2 * _SIDE - _GAP) / 2
    made: list[Region] = []
    for position, name in enumerate(deployment.regions):
        y = _REGIONS_TOP if position < 2 else made[position - 2].bottom + 76
        x = _SIDE + position % 2 * (width + _GAP)
        if len(deployment.regions) == 1:
            x = (_WIDTH - width) / 2
        made.append(Region(networks[name], x, y, width, name == deployment.primary))
    return made


def _draw_edge(drawing: Drawing, regions: list[Region]) -> None:
    """CloudFront and Route 53 are in no region; requests and health checks enter each region's balancer."""
    edge = (_WIDTH / 2 - 190, 380)
    drawing.box(edge[0], _EDGE_TOP, edge[1], _EDGE_HEIGHT)
    drawing.words(edge[0] + 18, _EDGE_TOP + 23, "CloudFront and its firewall", "name")
    drawing.words(edge[0] + 18, _EDGE_TOP + 42, _EDGE_ABOUT, "small")
    drawing.words(edge[0] - 150, _EDGE_TOP + 31, "shoppers", "name", "end")
    drawing.way([(edge[0] - 138, _EDGE_TOP + 27), (edge[0] - 2, _EDGE_TOP + 27)], "https")
    names = (edge[0] + edge[1] + 150, 250)
    drawing.box(names[0], _EDGE_TOP, names[1], _EDGE_HEIGHT)
    drawing.words(names[0] + 18, _EDGE_TOP + 23, "Route 53", "name")
    drawing.words(names[0] + 18, _EDGE_TOP + 42, "names by latency, health of each region", "small")
    drawing.way([(edge[0] + edge[1] + 2, _EDGE_TOP + 27), (names[0] - 2, _EDGE_TOP + 27)], both=True)
    drawing.words(names[0] - 75, _EDGE_TOP + 19, "which region?", "small", "middle")
    for region in regions[:2]:
        _draw_entry(drawing, region, edge[0] + edge[1] / 2, names[0] + names[1] / 2)


def _draw_entry(drawing: Drawing, region: Region, edge: float, names: float) -> None:
    level = _EDGE_TOP + _EDGE_HEIGHT + 26
    target = region.bar("Load balancer")
    x, width = region.zone(3)
    middle = x + width / 2 - 20
    drawing.way([(edge, level - 26), (edge, level), (middle, level), (middle, target - 1)], "https")
    middle, level = middle + 40, level + 16
    drawing.way(
        [(names, _EDGE_TOP + _EDGE_HEIGHT), (names, level), (middle, level), (middle, target - 1)], "dashed"
    )


def _draw_links(drawing: Drawing, one: Region, other: Region) -> None:
    """What neighbouring regions have to do with one another, over the gap between them."""
    left, right = one.x + one.width, other.x
    first = one.bar("Aurora") + 4
    levels = (first, first + 42, one.stores + 16, one.stores + 46)
    for level, (text, kind) in zip(levels, _LINKS, strict=True):
        drawing.way([(left + 6, level), (right - 6, level)], kind, both=True)
        drawing.words((left + right) / 2, level - 6, text, "small", "middle")


def _draw_legend(drawing: Drawing, y: float) -> None:
    x: float = _SIDE
    for kind, text in _LEGEND:
        drawing.way([(x, y - 4), (x + 34, y - 4)], kind)
        drawing.words(x + 42, y, text, "soft")
        x += 62 + 7.2 * len(text)
    drawing.way([(x, y - 4), (x + 34, y - 4)], "dashed")
    drawing.words(x + 42, y, "health checks", "soft")
    about = (
        "What no line leads to can't be reached. Web, workers and functions reach objects and tables through "
        "gateway endpoints, and HTTPS services outside through NAT."
    )
    drawing.words(_SIDE, y + 22, about, "small")


def _draw_stacks(
    drawing: Drawing, deployment: Deployment, entries: list[Entry], stacks: Iterable[Stack], y: float
) -> str:
    layout = order.lay_out(order.needs(entries))
    where = _where(deployment, stacks)
    drawing.words(_SIDE, y, "Stacks", "heading")
    drawing.words(_SIDE + 72, y, _ORDER, "soft")
    order.draw(drawing, layout, where, (_SIDE, y + 26, _WIDTH - 2 * _SIDE))
    return drawing.text(_WIDTH, y + 26 + layout.height + 36)


def _where(deployment: Deployment, stacks: Iterable[Stack]) -> Mapping[str, str]:
    """Which regions have each stack, in few words."""
    said, all_of_them = {}, len(deployment.regions)
    for stack in stacks:
        places = stack.where.regions(deployment)
        if 1 < all_of_them <= len(places):
            said[stack.name] = "every region"
        elif 1 < len(places) < all_of_them:
            said[stack.name] = f"{len(places)} of {all_of_them} regions"
        elif places:
            said[stack.name] = ", ".join(places)
    return said
