"""Packs line items into parcels: the fewest that a simple rule finds, each in the smallest box. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
class _Piece:
    size: Size
    grams: int

    @property
    def volume(self) -> float:
        return _volume(self.size)


@dataclass(slots=True)
class Parcel:
    """A closed box."""

    box: Box
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def grams(self) -> int:
        return sum(piece.grams for piece in self.pieces)


def pack(lines: Iterable[LineItem], boxes: Sequence[Box]) -> tuple[Parcel, ...]:
    """The parcels of a purchase. ``boxes`` go from the smallest to the largest; the last takes anything.

    Pieces that fit into the last but one box share such boxes, the largest first; the others travel alone.
    """
    pieces = sorted((piece for line in lines for piece in _pieces(line)), key=lambda piece: -piece.volume)
    shared: list[list[_Piece]] = []
    alone: list[list[_Piece]] = []
    for piece in pieces:
        if not _holds(boxes[-2], [piece]):
            alone.append([piece])
            continue
        place = next((parcel for parcel in shared if _holds(boxes[-2], [*parcel, piece])), None)
        shared.append([piece]) if place is None else place.append(piece)
    return tuple(Parcel(_smallest(boxes, parcel), parcel) for parcel in [*alone, *shared])


def _smallest(boxes: Sequence[Box], pieces: Sequence[_Piece]) -> Box:
    return next((box for box in boxes[:-1] if _holds(box, pieces)), boxes[-1])


def _holds(box: Box, pieces: Sequence[_Piece]) -> bool:
    if sum(piece.grams for piece in pieces) > box.most_grams:
        return False
    # One piece may fill its box to the brim; several leave gaps.
    if len(pieces) > 1 and sum(piece.volume for piece in pieces) > box.room:
        return False
    return all(_within(piece.size, box.inside) for piece in pieces)


def _within(size: Size, room: Size) -> bool:
    return all(edge <= most for edge, most in zip(size, room, strict=True))


def _pieces(line: LineItem) -> list[_Piece]:
    return [_Piece(_packed(line), line.grams)] * line.units


def _packed(line: LineItem) -> Size:
    edge = (line.grams / _UNKNOWN_DENSITY) ** (1 / 3)
    longest, middle, shortest = sorted(line.size_cm or (edge, edge, edge), reverse=True)
    return longest + 2 * PADDING_CM, middle + 2 * PADDING_CM, shortest + 2 * PADDING_CM


def _volume(size: Size) -> float:
    return size[0] * size[1] * size[2]
