"""What the measurements take on their command lines."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Collection
from pathlib import Path


def file(text: str) -> Path:
    """A file that is there."""
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(f"{text} is no file")
    return path


def one_of(names: Collection[str]) -> Callable[[str], str]:
    """One of some names; argparse's own choices refuse an empty list of them."""

    def known(text: str) -> str:
        if text not in names:
            raise ArgumentTypeError(f"{text} is none of {', '.join(names)}")
        return text

    return known
