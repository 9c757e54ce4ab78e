"""What the pipeline says when a model can't be used."""

from __future__ import annotations


class ModelError(Exception):
    """A model that can't be converted; the message is one line: what is wrong and what was expected."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
