"""A bill: lines, each with what is counted and its price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Line:
    """So many units of something in a month, at so many dollars each."""

    service: str
    region: str
    what: str
    quantity: float
    price: float

    @property
    def amount(self) -> float:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines of a month."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """US dollars."""
        return sum(line.amount for line in self.lines)

    def by_service(self) -> dict[str, float]:
        """Dollars of each service, the dearest first."""
        return _sums((line.service, line.amount) for line in self.lines)

    def by_what(self) -> dict[tuple[str, str], float]:
        """Dollars of each thing that a service counts, over all regions, the dearest first."""
        return _sums(((line.service, line.what), line.amount) for line in self.lines)


def _sums(pairs: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    sums: defaultdict[Key, float] = defaultdict(float)
    for key, amount in pairs:
        sums[key] += amount
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))
