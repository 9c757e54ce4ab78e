"""What the pipeline says when a model can't be used."""

from __future__ import annotations

LONGEST = 500


class ModelError(Exception):
    """A model that can't be converted; the message is one line: what is wrong and what was expected.

    What a file calls its parts may stand in it, so that characters which steer terminals are taken out.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(message.split())[:LONGEST]
        super().__init__("".join(letter if letter.isprintable() else "?" for letter in line))
