"""Numbers and names as a merchant reads them."""

from __future__ import annotations

from collections.abc import Iterable

from renderd.pipeline.intake import Size

FEW = 3


def length(metres: float) -> str:
    """``2.2 m``, ``83 cm``, ``4.2 mm``."""
    for unit, size, least in (("m", 1.0, 2.0), ("cm", 0.01, 0.01)):
        if metres >= least:
            return f"{rounded(metres / size)} {unit}"
    return f"{rounded(metres * 1000)} mm"


def rounded(number: float) -> str:
    """Three digits that matter, or all of a whole number: ``2.21``, ``83``, ``1,830``."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def sides(size: Size) -> str:
    """Width, depth and height in words, of a size along x, y and z with y up."""
    return f"{length(size[0])} wide, {length(size[2])} deep and {length(size[1])} high"


def megabytes(count: float) -> str:
    """``48 MB``; under ten with a decimal, under one in kB."""
    if count < 1e6:
        return f"{count / 1e3:,.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e7 else f"{count / 1e6:,.0f} MB"


def listed(names: Iterable[str]) -> str:
    """``“a”, “b” and “c”``; of many, the first and how many more."""
    every = [f"“{name}”" if name else "a part without a name" for name in dict.fromkeys(names)]
    shown, more = every[:FEW], len(every) - FEW
    if more > 0:
        shown.append(f"{more} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def counted(number: int, one: str, many: str = "") -> str:
    """``1 part``, ``12 parts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
