"""Why a file can't be used, for people who know goods and not file formats."""

from __future__ import annotations

import re

SAID: tuple[tuple[str, str], ...] = (
    (
        r"cut off|\bends (after|within)\b|bytes, but only|not as long as|no end of its header"
        r"|beyond its (end|buffer)|but only \d+ follow",
        "The file is damaged: a part of it is missing. Export it and upload it again.",
    ),
    (
        r"at most|more than|\bover \d|nested deeper|all that is read|zip64|expected fewer"
        r"|twice its size|times its size",
        "There is more in this file than we can render. Make the model simpler and export it again.",
    ),
    (
        r"draws nothing|shows no|shows nothing|no faces|holds no mesh|no triangle",
        "There is nothing to see in this file. Export the model with its surfaces, and nothing hidden.",
    ),
    (
        r"\b(PNG|JPEG|WebP|AVIF|pixels|picture)\b",
        "A picture in this file can't be used. Save it as PNG or JPEG, then export the model again.",
    ),
    (
        r"compress(ed|ion)|Draco|meshopt|requires the glTF extension",
        "The file is packed in a way that we don't read. Export it again without compression.",
    ),
    (
        r"not finite|too large|ordinary sizes?|a length above 0|holds (NaN|-?Infinity)|multiply to",
        "The file is damaged: it holds sizes or places that can't be. Export it again.",
    ),
    (
        r"\b(accessor|buffer|byte|bytes|chunk|header|JSON|glTF|GLB's|nodes?|scene|primitives?|attributes?"
        r"|sampler|skin|joints?|vertex|vertices|corners|morph|indices|URI|base64|OBJ|PLY|STL|prims?"
        r"|instancer?|instances|layer|polygons|variant|unpacked|directory|overlap|refers to points)\b"
        r"|is wrong; expected|element that it does not have|elements than it has|which glTF requires",
        "The file is damaged, or its program didn't write it as it should. Export it again.",
    ),
)
"""What a message of the pipeline is about, and what a merchant reads first; the first that fits counts."""

CLEAR = re.compile(
    r"only one file was given|without a password|several models|no model; expected|not a model that we know"
    r"|GLB version"
)
"""Messages that need no other words: they say what to do, in terms that everybody knows."""


def plainly(message: str) -> tuple[str, str]:
    """A sentence for people about a file that can't be used, and the machine's own words ("" where the
    sentence says it all). Messages that are sentences already (they end with a full stop) stay.
    """
    if message.endswith(".") or CLEAR.search(message):
        return _sentence(message), ""
    lead = next((words for fits, words in SAID if re.search(fits, message)), "")
    return (lead, _sentence(message)) if lead else (_sentence(message), "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
