"""How many pieces a line holds, counted apart in each region. Pure.

Global tables keep the last of two writes to an item, so that each region writes an item of its own, and a
line's pieces are what all of them say. A region counts the pieces that it ``added``, which never falls, and
how many of its own and of the others' are ``gone`` as far as it knows. Two regions that take the same piece
out at the same time take one piece, and one that was added meanwhile stays: nothing that was added is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """What one region says about a line.

    ``born`` names this count, which begins anew where an item had expired; ``gone`` are pieces of its own;
    ``others`` maps other regions to their ``born`` and how many pieces of theirs were taken out here.
    """

    region: str
    born: str = ""
    added: int = 0
    gone: int = 0
    others: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def left(parts: Iterable[Part]) -> dict[str, int]:
    """Pieces that are left of each region's."""
    known = tuple(parts)
    return {part.region: max(0, part.added - gone(part, known)) for part in known}


def units(parts: Iterable[Part]) -> int:
    """Pieces of the line."""
    return sum(left(parts).values())


def taken(parts: Iterable[Part], here: Part, number: int) -> Part:
    """``here`` after so many pieces were taken out in its region: its own first, then those of others.

    ``parts`` are all of the line's, with ``here``. Raises ValueError where there are fewer.
    """
    known = tuple(parts)
    there = left(known)
    own, others = here.gone, dict(here.others)
    for part in sorted(known, key=lambda part: (part.region != here.region, part.region)):
        share = min(number, there[part.region])
        number -= share
        if part.region == here.region:
            own = gone(part, known) + share
        elif share:
            others[part.region] = (part.born, gone(part, known) + share)
    if number:
        raise ValueError("the line holds fewer pieces")
    return Part(here.region, here.born, here.added, own, others)


def gone(part: Part, parts: Iterable[Part]) -> int:
    """How many pieces of a region are gone: as many as the region says that knows of most."""
    told = (other.others.get(part.region, ("", 0)) for other in parts if other.region != part.region)
    return max([part.gone, *(number for born, number in told if born == part.born)])
