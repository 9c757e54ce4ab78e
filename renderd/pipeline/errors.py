"""What the pipeline says when a model can't be used."""

from __future__ import annotations

import re

LONGEST = 500
OBJECT = re.compile(r" *<[\w.]+ (?:(?:object )?at 0x[0-9a-fA-F]+|name=[^<>]*)>")
"""How Python shows an object that libraries name in their errors: nothing that says anything to people."""


class ModelError(Exception):
    """A model that can't be converted; the message is one line: what is wrong and what was expected.

    What a file calls its parts may stand in it, so that characters which steer terminals are taken out.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(OBJECT.sub("", message).split())[:LONGEST]
        super().__init__("".join(letter if letter.isprintable() else "?" for letter in line))
