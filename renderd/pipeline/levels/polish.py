"""Better images for a level so small that nobody minds the bytes."""

from __future__ import annotations

from dataclasses import replace

from renderd.pipeline.levels.likeness import LOSSLESS
from renderd.pipeline.levels.search import Plan
from renderd.pipeline.textures import Choice, Textures
from storefront.plugin_api import Level

UNMINDED = {"preview": 40_000, "standard": 60_000, "high": 120_000}
"""Bytes by level that nobody minds."""

SMALL = 0.5
"""Under this share of the bytes that nobody minds a level's images may get better."""

FINER = (101, 97, 90)
"""Qualities that are tried, the best first."""


def polished(plan: Plan, level: Level, textures: Textures) -> Plan:
    """A measured plan with better copies of its images, the smallest first, as far as UNMINDED goes.

    A level of a few kilobytes shows blocks and fringes that a few more take away, and of which the
    difference of pictures tells little.
    """
    most = min(UNMINDED[level.name], level.wire_bytes // 2)
    if plan.bytes > SMALL * most:
        return plan
    images, spare = dict(plan.images), most - plan.bytes
    sizes = {image: len(textures.encoded(image, choice)) for image, choice in images.items()}
    for image in sorted(sizes, key=lambda image: sizes[image]):
        images[image], used = better(textures, image, images[image], sizes[image] + spare)
        spare -= used - sizes[image]
    return replace(plan, images=images)


def better(textures: Textures, image: int, choice: Choice, most: int) -> tuple[Choice, int]:
    """The best copy of an image at its size within ``most`` bytes, and its bytes."""
    for quality in FINER:
        finer = Choice(choice.side, quality, "webp" if quality > 100 else choice.form)
        if quality <= choice.quality or (quality > 100 and choice.side > LOSSLESS):
            continue
        size = len(textures.encoded(image, finer))
        if size <= most:
            return finer, size
    return choice, len(textures.encoded(image, choice))
