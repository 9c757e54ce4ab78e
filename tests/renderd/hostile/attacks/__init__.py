"""Files made to hurt a converter, by what they abuse: each with the words of its refusal."""

from __future__ import annotations

from tests.renderd.hostile.attacks import (
    archives,
    containers,
    documents,
    geometry,
    packages,
    pictures,
    streams,
    texts,
)
from tests.renderd.hostile.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = (
    *containers.ATTACKS,
    *documents.ATTACKS,
    *geometry.ATTACKS,
    *pictures.ATTACKS,
    *streams.ATTACKS,
    *archives.ATTACKS,
    *texts.ATTACKS,
    *packages.ATTACKS,
)
"""All of them."""
