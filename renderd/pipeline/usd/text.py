"""The text of a USD layer, looked over before its parser, whose stack ends where brackets nest too deep."""

from __future__ import annotations

import re

import numpy as np

from renderd.pipeline.errors import ModelError

MOST_TEXT = 64 << 20
MOST_NESTING = 256
MOST_PATH = 4096

ASIDE = re.compile(
    rb"#[^\r\n]*|//[^\r\n]*|/\*.*?(?:\*/|\Z)"
    rb'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\r\n]++|\\.)*+"?'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)|'(?:[^'\\\r\n]++|\\.)*+'?"
    rb"|@@@.*?(?:@@@|\Z)|@[^@\r\n]*+@?",
    re.DOTALL,
)
"""Comments, strings, file names. One without an end takes all the rest, so that none is read twice."""

LONG_PATH = re.compile(rb"<[^<>]{%d}" % MOST_PATH)

STEPS = np.zeros(256, np.int8)
STEPS[list(b"([{")], STEPS[list(b")]}")] = 1, -1


def check_text(data: bytes, name: str) -> None:
    """Raise ModelError for text that is too long, or nests deeper than the parser has a stack for."""
    if len(data) > MOST_TEXT:
        raise ModelError(f"{name[:200]!r} has {len(data)} bytes of text; at most {MOST_TEXT} are read")
    bare = ASIDE.sub(b"", data)
    steps = STEPS[np.frombuffer(bare, np.uint8)]
    if int(np.cumsum(steps[steps != 0], dtype=np.int32).max(initial=0)) > MOST_NESTING:
        raise ModelError(f"{name[:200]!r} is nested deeper than {MOST_NESTING} levels")
    if LONG_PATH.search(bare):
        raise ModelError(f"{name[:200]!r} holds a path of more than {MOST_PATH} characters")
