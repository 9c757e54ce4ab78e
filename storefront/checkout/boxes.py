"""Packs line items into parcels: the fewest that a simple rule finds, each in the smallest box. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storefront.checkout.lines import LineItem

PADDING_CM = 2.0
"""Of soft packing, on each side of a piece."""
_FILLED = 0.8
_UNKNOWN_DENSITY = 0.25
"""Grams per cubic centimetre of a piece whose model tells no size."""

Size = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """``inside`` are centimetres, longest first; ``most_grams`` what it may weigh."""

    key: str
    inside: Size
    most_grams: int

    @property
    def room(self) -> float:
        """Cubic centimetres that may be filled: pieces never fit without gaps."""
        return _volume(self.inside) * _FILLED


@dataclass(frozen=True, slots=True)
class Parcel:
    """A closed box, and what it weighs."""

    box: Box
    grams: int


@dataclass(frozen=True, slots=True)
class _Pieces:
    """So many of one size and weight."""

    size: Size
    grams: int
    number: int

    @property
    def volume(self) -> float:
        """Of one."""
        return _volume(self.size)


@dataclass(slots=True)
class _Open:
    """A parcel that is being filled; ``size`` is the longest of each edge in it."""

    size: Size = (0.0, 0.0, 0.0)
    grams: int = 0
    volume: float = 0.0
    number: int = 0

    def add(self, pieces: _Pieces, number: int) -> None:
        longest, middle, shortest = map(max, self.size, pieces.size)
        self.size = longest, middle, shortest
        self.grams += number * pieces.grams
        self.volume += number * pieces.volume
        self.number += number

    def room_for(self, box: Box, pieces: _Pieces) -> int:
        """How many more of these it takes, in a box that each of them fits into."""
        by_weight = (box.most_grams - self.grams) // pieces.grams if pieces.grams else pieces.number
        by_volume = int((box.room - self.volume) / pieces.volume)
        # One piece may fill its box to the brim; several leave gaps.
        return max(0, min(by_weight, max(by_volume, 0 if self.number else 1)))

    def fits(self, box: Box) -> bool:
        filled = self.number > 1 and self.volume > box.room
        return self.grams <= box.most_grams and not filled and _within(self.size, box.inside)


def pack(lines: Iterable[LineItem], boxes: Sequence[Box]) -> tuple[Parcel, ...]:
    """The parcels of a purchase. ``boxes`` go from the smallest to the largest; the last takes anything.

    Pieces that fit into the last but one box share such boxes, the largest first; the others travel alone.
    What it takes grows with lines and parcels, not with pieces: carts may hold thousands of these.
    """
    shared: list[_Open] = []
    alone: list[_Open] = []
    for pieces in sorted(map(_pieces, lines), key=lambda pieces: -pieces.volume):
        if pieces.grams <= boxes[-2].most_grams and _within(pieces.size, boxes[-2].inside):
            _share(shared, boxes[-2], pieces)
        else:
            alone += [_Open(pieces.size, pieces.grams, pieces.volume, 1)] * pieces.number
    return tuple(Parcel(_smallest(boxes, parcel), parcel.grams) for parcel in [*alone, *shared])


def _share(shared: list[_Open], box: Box, pieces: _Pieces) -> None:
    left = pieces.number
    for parcel in shared:
        if taken := min(left, parcel.room_for(box, pieces)):
            parcel.add(pieces, taken)
            left -= taken
    while left:
        parcel = _Open()
        taken = min(left, parcel.room_for(box, pieces))
        parcel.add(pieces, taken)
        shared.append(parcel)
        left -= taken


def _smallest(boxes: Sequence[Box], parcel: _Open) -> Box:
    return next((box for box in boxes[:-1] if parcel.fits(box)), boxes[-1])


def _within(size: Size, room: Size) -> bool:
    return all(edge <= most for edge, most in zip(size, room, strict=True))


def _pieces(line: LineItem) -> _Pieces:
    return _Pieces(_packed(line), line.grams, line.units)


def _packed(line: LineItem) -> Size:
    edge = (line.grams / _UNKNOWN_DENSITY) ** (1 / 3)
    longest, middle, shortest = sorted(line.size_cm or (edge, edge, edge), reverse=True)
    return longest + 2 * PADDING_CM, middle + 2 * PADDING_CM, shortest + 2 * PADDING_CM


def _volume(size: Size) -> float:
    return size[0] * size[1] * size[2]
