"""A small vocabulary for SVG: boxes, words, lines with rounded corners. Lengths are pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

Point = tuple[float, float]
_STYLE = """
svg { --ink: #1c2430;
  --soft: #566273; --line: #c3cbd6; --paper: #ffffff;
  --panel: #f5f7fa; --card: #ffffff;
  --public: #e3edfb; --app: #e2f3e7; --data: #fbeedd;
  --https: #2f6fdb; --web: #23803f; --database: #bd5408; --cache: #8a3fbf; --quiet: #7b8797; }
@media (prefers-color-scheme: dark) { svg { --ink: #e9edf3; --soft: #a3aebd; --line: #465162;
  --paper: #11151b;
  --panel: #191f28; --card: #232b37; --public: #1c2c44; --app: #1a3226; --data: #3a2b1a;
  --https: #7fb0ff; --web: #71d291; --database: #ffad69; --cache: #d0a2f5; --quiet: #8d99aa; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
.title { font-size: 26px; font-weight: 700; }
.heading { font-size: 18px; font-weight: 700; }
.name { font-weight: 600; } .soft { fill: var(--soft); } .small { font-size: 11px; fill: var(--soft); }
.paper { fill: var(--paper); } .panel { fill: var(--panel); stroke: var(--line); }
.card { fill: var(--card); stroke: var(--line); } .public { fill: var(--public); } .app { fill: var(--app); }
.data { fill: var(--data); } .outline { fill: none; stroke: var(--line); }
.dot { fill: var(--soft); } .way { fill: none; stroke-width: 1.75; stroke: var(--quiet); }
.dashed { stroke-dasharray: 5 4; } .https { stroke: var(--https); } .web { stroke: var(--web); }
.database { stroke: var(--database); } .cache { stroke: var(--cache); }
.quiet-head { fill: var(--quiet); } .https-head { fill: var(--https); } .web-head { fill: var(--web); }
.database-head { fill: var(--database); } .cache-head { fill: var(--cache); }
"""
_HEADS = ("quiet", "https", "web", "database", "cache")
_ARROW = {
    "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "orient": "auto-start-reverse",
    "markerWidth": "7", "markerHeight": "7", "markerUnits": "userSpaceOnUse",
}  # fmt: skip


class Drawing:
    """An SVG picture that grows downwards; ``text()`` gives it as a file's content."""

    def __init__(self, title: str, about: str) -> None:
        self._root = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
        ElementTree.SubElement(self._root, "title").text = title
        ElementTree.SubElement(self._root, "desc").text = about
        ElementTree.SubElement(self._root, "style").text = _STYLE
        definitions = ElementTree.SubElement(self._root, "defs")
        for kind in _HEADS:
            marker = ElementTree.SubElement(definitions, "marker", {"id": kind, **_ARROW})
            ElementTree.SubElement(marker, "path", {"class": f"{kind}-head", "d": "M0 0 8 4 0 8z"})
        self._paper = ElementTree.SubElement(self._root, "rect", {"class": "paper"})

    def box(
        self, x: float, y: float, width: float, height: float, kind: str = "card", radius: float = 8
    ) -> None:
        """A rectangle with round corners."""
        shape = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "rx": _n(radius)}
        ElementTree.SubElement(self._root, "rect", {"class": kind, **shape})

    def words(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        """Text with its baseline at ``y``."""
        where = {"x": _n(x), "y": _n(y), "text-anchor": anchor}
        ElementTree.SubElement(self._root, "text", {"class": kind, **where} if kind else where).text = text

    def dot(self, x: float, y: float, radius: float = 3.5) -> None:
        """A filled circle."""
        place = {"class": "dot", "cx": _n(x), "cy": _n(y), "r": _n(radius)}
        ElementTree.SubElement(self._root, "circle", place)

    def way(self, points: Iterable[Point], kind: str = "", *, both: bool = False) -> None:
        """A line with an arrow at its end (or at both); corners between level and upright parts are round."""
        path = {"class": f"way {kind}".strip(), "d": _rounded(list(points))}
        arrow = f"url(#{kind if kind in _HEADS else 'quiet'})"
        path["marker-end"] = arrow
        if both:
            path["marker-start"] = arrow
        ElementTree.SubElement(self._root, "path", path)

    def curve(self, points: Sequence[Point]) -> None:
        """A line that passes each point level, with an arrow at its end."""
        d = f"M{_n(points[0][0])} {_n(points[0][1])}" + "".join(map(_bend, points, points[1:]))
        ElementTree.SubElement(self._root, "path", {"class": "way", "d": d, "marker-end": "url(#quiet)"})

    def text(self, width: float, height: float) -> str:
        """The picture, cut to a size."""
        self._root.set("viewBox", f"0 0 {_n(width)} {_n(height)}")
        self._paper.set("width", _n(width))
        self._paper.set("height", _n(height))
        ElementTree.indent(self._root, " ")
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"


def _bend(start: Point, end: Point) -> str:
    half = (end[0] - start[0]) / 2
    level = f"{_n(start[0] + half)} {_n(start[1])} {_n(end[0] - half)} {_n(end[1])}"
    return f"C{level} {_n(end[0])} {_n(end[1])}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rounded(points: list[Point], radius: float = 7) -> str:
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(
            f"L{_n(near[0])} {_n(near[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(far[0])} {_n(far[1])}"
        )
    return "".join(parts) + f"L{_n(points[-1][0])} {_n(points[-1][1])}"


def _towards(start: Point, end: Point, length: float) -> Point:
    across, down = end[0] - start[0], end[1] - start[1]
    whole = max(1e-9, (across**2 + down**2) ** 0.5)
    share = min(length, whole / 2) / whole
    return start[0] + across * share, start[1] + down * share
