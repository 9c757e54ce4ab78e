"""The picture of the stacks: what needs another stands to its right, and lines are few and cross little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, pairwise

from troposphere_stacks.graph.drawing import Drawing
from troposphere_stacks.manifest import Entry

_HEIGHT, _ROW, _BY = 46, 62, 26
_ROUNDS = 12
Step = tuple[str, str]
"""A part of a line, from a column to the next."""
Needs = Mapping[str, set[str]]
"""For each stack, by name, the stacks whose outputs it needs in some region."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns from top to bottom, and lines, each a chain of nodes in neighbouring columns.

    A node is a stack, or ``maker>number`` where lines of a maker pass by the column with that number.
    """

    columns: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> float:
        return max(sum(map(_room, column)) for column in self.columns)


def _room(node: str) -> float:
    return _BY if ">" in node else _ROW


def needs(entries: Iterable[Entry]) -> dict[str, set[str]]:
    """Who needs whom, without what a stack needs of itself in another region."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        makers = {source.split(":")[1].split(".")[0] for source in entry.needs.values()}
        found.setdefault(entry.name, set()).update(makers - {entry.name})
    return found


def lay_out(makers: Needs) -> Layout:
    """Columns by the longest way from a stack that needs none; lines without those that others imply."""
    depths = {name: _depth(name, makers) for name in makers}
    lines = []
    for name, needed in makers.items():
        for maker in sorted(needed - _implied(needed, makers)):
            between = [f"{maker}>{column}" for column in range(depths[maker] + 1, depths[name])]
            lines.append((maker, *between, name))
    columns: list[list[str]] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        columns[depth].append(name)
    for line in lines:
        for number, node in enumerate(line[1:-1], depths[line[0]] + 1):
            if node not in columns[number]:
                columns[number].append(node)
    return Layout(_untangled(columns, lines), tuple(sorted(lines)))


def _depth(name: str, makers: Needs, seen: tuple[str, ...] = ()) -> int:
    """By name alone there may be circles, for regions need one another's stacks crosswise: they end here."""
    further = makers[name] - {*seen, name}
    return 1 + max((_depth(maker, makers, (*seen, name)) for maker in further), default=-1)


def _implied(needed: set[str], makers: Needs) -> set[str]:
    implied: set[str] = set()
    for name in needed:
        implied |= _all_makers(name, makers) - {name}
    return implied & needed


def _all_makers(name: str, makers: Needs) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for maker in makers[waiting.pop()] - found:
            found.add(maker)
            waiting.append(maker)
    return found


def _untangled(columns: list[list[str]], lines: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Sort by the middle of neighbours, several times, and then swap neighbours while that helps."""
    steps = sorted({step for line in lines for step in pairwise(line)})
    current = [sorted(column) for column in columns]
    best = [list(column) for column in current]
    for turn in range(_ROUNDS):
        for column in current if turn % 2 else current[::-1]:
            place = {node: (row + 0.5) / len(each) for each in current for row, node in enumerate(each)}
            middles = {node: _middle(node, steps, place, 1 - turn % 2) for node in column}
            column.sort(key=lambda node: (middles[node], node))
        if _tangle(current, steps) < _tangle(best, steps):
            best = [list(column) for column in current]
    while _swapped(best, steps):
        pass
    return tuple(tuple(column) for column in best)


def _middle(node: str, steps: list[Step], place: Mapping[str, float], side: int) -> float:
    """The middle of a node's neighbours: those to its left for side 0, those to its right for side 1."""
    near = [place[step[side]] for step in steps if step[1 - side] == node]
    return sum(near) / len(near) if near else place[node]


def _swapped(columns: list[list[str]], steps: list[Step]) -> bool:
    """Swap two nodes of a column wherever fewer lines cross then, or they get shorter. Whether any were."""
    found = False
    for column in columns:
        for one, other in combinations(range(len(column)), 2):
            before = _tangle(columns, steps)
            column[one], column[other] = column[other], column[one]
            if _tangle(columns, steps) < before:
                found = True
            else:
                column[one], column[other] = column[other], column[one]
    return found


def _tangle(columns: list[list[str]], steps: list[Step]) -> tuple[int, float]:
    """How bad an order is: how many lines cross, then how far they climb and fall."""
    heights = _heights(columns)
    return crossings(columns, steps), round(sum(abs(heights[a] - heights[b]) for a, b in steps), 3)


def _heights(columns: Iterable[Iterable[str]]) -> dict[str, float]:
    """The middle of each node, measured from the line through the middle of all columns."""
    heights = {}
    for column in map(list, columns):
        y = -sum(map(_room, column)) / 2
        for node in column:
            heights[node] = y + _room(node) / 2
            y += _room(node)
    return heights


def crossings(columns: Iterable[Iterable[str]], steps: Iterable[Step]) -> int:
    """How many pairs of lines cross."""
    rows = {node: (number, row) for number, column in enumerate(columns) for row, node in enumerate(column)}
    between: dict[int, list[tuple[int, int]]] = {}
    for left, right in steps:
        between.setdefault(rows[left][0], []).append((rows[left][1], rows[right][1]))
    pairs = chain.from_iterable(combinations(ends, 2) for ends in between.values())
    return sum((one[0] - other[0]) * (one[1] - other[1]) < 0 for one, other in pairs)


def draw(drawing: Drawing, layout: Layout, where: Mapping[str, str], box: tuple[float, float, float]) -> None:
    """Draw within ``box`` (left, top, width); ``where`` says of each stack which regions have it."""
    widths = [_width(column, where) for column in layout.columns]
    at = _places(layout, widths, box)
    for line in layout.lines:
        points = [(at[line[0]].right, at[line[0]].y)]
        for node in line[1:-1]:
            points += [(at[node].left, at[node].y), (at[node].right, at[node].y)]
        drawing.curve([*points, (at[line[-1]].left - 1, at[line[-1]].y)])
    for name, about in sorted(where.items()):
        x, y = at[name].left, at[name].y - _HEIGHT / 2
        drawing.box(x, y, at[name].right - x, _HEIGHT)
        drawing.words(x + 10, y + 20, name, "name")
        drawing.words(x + 10, y + 36, about, "small")


def _width(column: Iterable[str], where: Mapping[str, str]) -> float:
    """Room for the longest words of a column, in the widest of the usual fonts."""
    stacks = [node for node in column if node in where]
    return 20 + max(max(7.9 * len(name), 6.3 * len(where[name])) for name in stacks)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node is: its two ends, and its middle height."""

    left: float
    right: float
    y: float


def _places(layout: Layout, widths: list[float], box: tuple[float, float, float]) -> dict[str, _Place]:
    left, top, width = box
    gap = (width - sum(widths)) / max(1, len(widths) - 1)
    heights = _heights(layout.columns)
    places = {}
    for column, wide in zip(layout.columns, widths, strict=True):
        for node in column:
            places[node] = _Place(left, left + wide, top + layout.height / 2 + heights[node])
        left += wide + gap
    return places
