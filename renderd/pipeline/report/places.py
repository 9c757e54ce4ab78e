"""Remarks on parts that lie far off, or are hidden."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.survey import Piece, Survey
from renderd.pipeline.report.words import counted, length, listed

FAR = 1.0
"""Gap to everything else, in sizes of everything else, from which a part is astray."""

MOST_PIECES = 500


def on_places(survey: Survey) -> Iterator[Remark]:
    """Remarks on parts that nobody sees, or that make the model small in its pictures."""
    shown = [piece for piece in survey.pieces if not piece.hidden]
    for piece, gap in astray(shown):
        yield Remark(
            "stray-part",
            "warning",
            f"“{piece.name or 'A part without a name'}” lies {length(gap)} away from everything else, so that"
            " the product looks small in its pictures.",
            "Delete it, or move it to the product.",
        )
    hidden = {piece.node: piece.name for piece in survey.pieces if piece.hidden}
    if hidden:
        yield Remark(
            "hidden-parts",
            "note",
            f"{counted(len(hidden), 'part is', 'parts are')} hidden in the file:"
            f" {listed(hidden.values())}. Shoppers load them, but see them only if an option"
            " shows them.",
            "Delete those that no option shows.",
        )


def astray(shown: list[Piece]) -> Iterator[tuple[Piece, float]]:
    """Parts that lie far from all others, with the gap in metres; at most half of all parts."""
    if not 2 < len(shown) <= MOST_PIECES:
        return
    lows, highs = np.array([p.low for p in shown]), np.array([p.high for p in shown])
    middle = np.median((lows + highs) / 2, axis=0)
    distance = np.linalg.norm(np.maximum(0, np.maximum(lows - middle, middle - highs)), axis=1)
    order = np.argsort(distance, kind="stable")
    near = order[: (len(order) + 1) // 2]
    low, high = lows[near].min(axis=0), highs[near].max(axis=0)
    # Outwards from the middle half: each part is astray, or belongs to the rest and widens it.
    for at in order[len(near) :]:
        gap = float(np.linalg.norm(np.maximum(0, np.maximum(lows[at] - high, low - highs[at]))))
        if gap > FAR * float(np.linalg.norm(high - low)):
            yield shown[at], gap
        else:
            low, high = np.minimum(low, lows[at]), np.maximum(high, highs[at])
