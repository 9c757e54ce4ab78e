"""The least and greatest values that accessors state of themselves."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import Json


def unbound(accessor: Json) -> None:
    """Forget the bounds that an accessor needn't state, since they may be others than its values'."""
    for key in ("min", "max"):
        accessor.pop(key, None)


def stated(accessor: Json) -> tuple[float, float] | None:
    """The least and the greatest value that an accessor says it has, as float32; None if it doesn't say."""
    if len(accessor.get("min", ())) != 1 or len(accessor.get("max", ())) != 1:
        return None
    return float(np.float32(accessor["min"][0])), float(np.float32(accessor["max"][0]))
