"""The picture of the stacks: what needs another stands to its right, and lines are few and cross little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from troposphere_stacks.graph.drawing import Drawing
from troposphere_stacks.manifest import Entry

_WIDTH, _HEIGHT, _ROW, _BY = 152, 46, 62, 26
_ROUNDS = 12
Needs = Mapping[str, set[str]]
"""For each stack, by name, the stacks whose outputs it needs in some region."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns from top to bottom, and lines, each a chain of nodes in neighbouring columns.

    A node is a stack, or ``maker>user`` with a column's number where a line passes the column by.
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
            between = [f"{maker}>{name}:{column}" for column in range(depths[maker] + 1, depths[name])]
            lines.append((maker, *between, name))
    columns: list[list[str]] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        columns[depth].append(name)
    for line in lines:
        for number, node in enumerate(line[1:-1], depths[line[0]] + 1):
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
    """Sort by the middle of neighbours, several times; the order on the way that crosses least wins."""
    steps = sorted({step for line in lines for step in pairwise(line)})
    best = [sorted(column) for column in columns]
    current = [list(column) for column in best]
    for turn in range(_ROUNDS):
        for column in current if turn % 2 else current[::-1]:
            place = {node: (row + 0.5) / len(each) for each in current for row, node in enumerate(each)}
            middles = {node: _middle(node, steps, place, 1 - turn % 2) for node in column}
            column.sort(key=lambda node: (middles[node], node))
        if crossings(current, steps) < crossings(best, steps):
            best = [list(column) for column in current]
    return tuple(tuple(column) for column in best)


def _middle(node: str, steps: list[tuple[str, str]], place: Mapping[str, float], side: int) -> float:
    """The middle of a node's neighbours: those to its left for side 0, those to its right for side 1."""
    near = [place[step[side]] for step in steps if step[1 - side] == node]
    return sum(near) / len(near) if near else place[node]


def crossings(columns: Iterable[Iterable[str]], steps: Iterable[tuple[str, str]]) -> int:
    """How many pairs of lines cross."""
    rows = {node: (number, row) for number, column in enumerate(columns) for row, node in enumerate(column)}
    ends = [(*rows[left], rows[right][1]) for left, right in steps]
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for position, one in enumerate(ends)
        for other in ends[:position]
    )


def draw(drawing: Drawing, layout: Layout, where: Mapping[str, str], box: tuple[float, float, float]) -> None:
    """Draw within ``box`` (left, top, width); ``where`` says of each stack which regions have it."""
    at = _places(layout, box)
    for line in layout.lines:
        points = [(at[line[0]][0] + _WIDTH, at[line[0]][1])]
        for node in line[1:-1]:
            points += [at[node], (at[node][0] + _WIDTH, at[node][1])]
        drawing.curve([*points, (at[line[-1]][0] - 1, at[line[-1]][1])])
    for name, about in sorted(where.items()):
        x, y = at[name][0], at[name][1] - _HEIGHT / 2
        drawing.box(x, y, _WIDTH, _HEIGHT)
        drawing.words(x + 12, y + 20, name, "name")
        drawing.words(x + 12, y + 36, about, "small")


def _places(layout: Layout, box: tuple[float, float, float]) -> dict[str, tuple[float, float]]:
    """The left edge and the middle height of each node."""
    left, top, width = box
    gap = (width - _WIDTH * len(layout.columns)) / max(1, len(layout.columns) - 1)
    at = {}
    for number, column in enumerate(layout.columns):
        y = top + (layout.height - sum(map(_room, column))) / 2
        for node in column:
            at[node] = (left + number * (_WIDTH + gap), y + _room(node) / 2)
            y += _room(node)
    return at
