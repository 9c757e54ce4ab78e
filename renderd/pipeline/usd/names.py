"""Names that every USD program takes: ASCII, and unique among siblings."""

from __future__ import annotations

import re
import unicodedata


class Names:
    """Gives out each name once."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)

    def unique(self, wanted: str, otherwise: str) -> str:
        """A free identifier near to ``wanted``; near to ``otherwise`` if that has no usable letter."""
        base = identifier(wanted) or otherwise
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name


def identifier(name: str) -> str:
    """Letters, digits and underscores of a name, accents taken off; empty if nothing is left."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    clean = re.sub(r"[^A-Za-z0-9_]+", "_", letters).strip("_")[:64]
    return f"_{clean}" if clean[:1].isdigit() else clean
