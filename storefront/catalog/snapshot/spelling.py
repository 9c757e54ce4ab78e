"""The word of the catalog that somebody meant who typed another. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEAST_LIKE = 0.72
"""Of difflib's ratio: "chiar" is like "chair" by 0.8, and "zeppelin" like nothing."""
_MOST_WORDS = 6

Vocabulary = Mapping[str, tuple[str, ...]]
"""Words by their first letter, with which few mistakes are made."""


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """The words of titles and labels."""
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for word in _WORD.findall(text.lower()):
            found[word[0]].add(word)
    return {letter: tuple(sorted(words)) for letter, words in found.items()}


def corrected(text: str, known: Vocabulary) -> str:
    """The text with each unknown word replaced by the likest known one; empty where nothing changes."""
    words = text.lower().split()
    if len(words) > _MOST_WORDS:
        return ""
    meant = [_likest(word, known.get(word[0], ())) for word in words]
    return " ".join(meant) if meant != words else ""


def _likest(word: str, known: tuple[str, ...]) -> str:
    if word in known:
        return word
    near = [other for other in known if abs(len(other) - len(word)) <= 2]
    return next(iter(get_close_matches(word, near, 1, _LEAST_LIKE)), word)
