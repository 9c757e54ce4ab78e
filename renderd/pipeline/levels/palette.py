"""The images of a level: how small each may get, each for itself, for a given loss of the picture."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from renderd.pipeline.levels.judge import Judge
from renderd.pipeline.levels.likeness import Option
from renderd.pipeline.textures import Choice, Textures, encode

TRIAL = 0.5
"""An image is tried in the picture with about this loss of its own."""

LEAST_WORTH, MOST_WORTH = 0.002, 1.0
"""How much of an image's own loss a picture shows, at least and at most."""

LEAST_SHRUNK = 0.02
"""Own losses by fewer pixels from which nothing is learnt."""

SPARE = 0.1
"""Images may always lose this share of what a level may more than they do at their best: where the bound
can't be met, the last bits of detail are the dearest, and hardly seen.
"""

SAMPLED = 6
"""So many images, the heaviest, are tried in the picture; the others count like those of their role."""


@dataclass(frozen=True, slots=True)
class Images:
    """A choice for each image, what the picture is to lose, and bytes; ``least`` if nothing is smaller."""

    choices: dict[int, Choice]
    loss: float
    bytes: int
    least: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From one way of storing an image to the next smaller one that is worth it."""

    image: int
    option: Option
    loss: float
    bytes: int

    @property
    def worth(self) -> float:
        """Bytes saved for a unit of loss."""
        return self.bytes / max(self.loss, 1e-9)


class Palette:
    """All images of a level, and the order in which they get smaller."""

    def __init__(self, ways: Mapping[int, Sequence[Option]], drawn: Container[int]) -> None:
        """``ways`` are options of each image, whose loss is that of the picture if the image is ``drawn``.

        Images of other variants get smaller along with those that are drawn.
        """
        self._ways, self._drawn = ways, drawn
        hulls = {image: hull(found) for image, found in ways.items()}
        self._start = {image: found[0] for image, found in hulls.items()}
        steps = [step for image, found in hulls.items() for step in steps_of(image, found)]
        self._steps = sorted(steps, key=lambda step: (-step.worth, step.image))
        begun = sum(option.loss for image, option in self._start.items() if image in drawn)
        shown = (step.loss if step.image in drawn else 0.0 for step in self._steps)
        self._losses = begun + np.cumsum([0.0, *shown])

    def within(self, loss: float, bound: float = 0.0, trust: float = 1.0) -> Images:
        """The lightest images that lose at most ``loss``, or hardly more than the best do.

        ``bound`` is what the whole level may lose; images lose ``trust`` times as much as was thought.
        """
        limit = max(loss / trust, float(self._losses[0]) + SPARE * bound / trust)
        taken = max(0, int(np.searchsorted(self._losses, limit, side="right")) - 1)
        found = [self._filled(self._taken(taken), limit)]
        if self._losses[taken] <= limit and taken < len(self._steps):
            found.append(self._filled(self._mended(self._taken(taken + 1), limit), limit))
        best = min((self._summed(options, trust) for options in found), key=lambda images: images.bytes)
        return replace(best, least=taken == len(self._steps))

    def _taken(self, steps: int) -> dict[int, Option]:
        """What the first so many steps lead to."""
        options = dict(self._start)
        for step in self._steps[:steps]:
            options[step.image] = step.option
        return options

    def _lost(self, options: Mapping[int, Option]) -> float:
        return sum(option.loss for image, option in options.items() if image in self._drawn)

    def _summed(self, options: Mapping[int, Option], trust: float) -> Images:
        choices = {image: option.choice for image, option in options.items()}
        return Images(choices, self._lost(options) * trust, sum(o.bytes for o in options.values()), False)

    def _mended(self, options: dict[int, Option], limit: float) -> dict[int, Option]:
        """The options with the lightest single better one that brings all within ``limit``; else the best."""
        spare = limit - self._lost(options)
        better = [
            (other.bytes - option.bytes, image, other)
            for image, option in options.items()
            for other in self._ways[image]
            if image in self._drawn and other.loss - option.loss <= spare
        ]
        if spare >= 0 or not better:
            return options if spare >= 0 else self._start
        _, image, other = min(better, key=lambda found: found[:2])
        return options | {image: other}

    def _filled(self, options: dict[int, Option], limit: float) -> dict[int, Option]:
        """The options with what is left of ``limit`` spent on ways off the hull, what saves most first."""
        while True:
            spare = limit - self._lost(options)
            lighter = [
                (other.bytes - option.bytes, image, other)
                for image, option in options.items()
                for other in self._ways[image]
                if image in self._drawn and other.bytes < option.bytes and other.loss - option.loss <= spare
            ]
            if not lighter:
                return options
            _, image, other = min(lighter, key=lambda found: found[:2])
            options = options | {image: other}


def hull(found: Sequence[Option]) -> list[Option]:
    """The options that are best for some price of a byte, from the least loss on: a lower convex hull."""
    kept: list[Option] = []
    for option in sorted(found, key=lambda o: (o.loss, o.bytes)):
        if kept and option.bytes >= kept[-1].bytes:
            continue
        while len(kept) > 1 and slope(kept[-2], kept[-1]) <= slope(kept[-1], option):
            kept.pop()
        kept.append(option)
    return kept


def slope(one: Option, other: Option) -> float:
    """Bytes saved for a unit of loss from one option to another."""
    return (one.bytes - other.bytes) / max(other.loss - one.loss, 1e-9)


def steps_of(image: int, found: Sequence[Option]) -> list[Step]:
    """The steps along a hull."""
    pairs = pairwise(found)
    return [Step(image, b, b.loss - a.loss, a.bytes - b.bytes) for a, b in pairs]


@dataclass(frozen=True, slots=True)
class Worth:
    """How much of an image's own loss the picture shows: of that by fewer pixels, and by hard compression."""

    shrunk: float = 0.05
    hard: float = 0.1

    def option(self, of: Option) -> Option:
        """An option with the loss of the picture instead of the image's own."""
        lost = self.shrunk * of.shrunk + self.hard * (of.loss - of.shrunk)
        return Option(of.choice, of.bytes, lost, self.shrunk * of.shrunk)


def weighed(ways: Mapping[int, Sequence[Option]], worth: Mapping[int, Worth]) -> dict[int, list[Option]]:
    """Options with the loss of the picture instead of the image's own."""
    return {image: [worth[image].option(option) for option in found] for image, found in ways.items()}


def worths(textures: Textures, judge: Judge, ways: Mapping[int, Sequence[Option]]) -> dict[int, Worth]:
    """How much of each image's own loss a picture shows."""
    drawn = [image for image in ways if image in judge.drawn and len(ways[image]) > 1]
    heavy = sorted(drawn, key=lambda image: -max(option.bytes for option in ways[image]))
    tried = {image: tried_worth(textures, judge, image, ways[image]) for image in heavy[:SAMPLED]}
    like: dict[str, list[Worth]] = {}
    for image, worth in tried.items():
        like.setdefault(textures.use(image).role, []).append(worth)
    usual = {
        role: Worth(float(np.mean([w.shrunk for w in found])), float(np.mean([w.hard for w in found])))
        for role, found in like.items()
    }
    return {image: tried.get(image) or usual.get(textures.use(image).role, Worth()) for image in ways}


def tried_worth(textures: Textures, judge: Judge, image: int, ways: Sequence[Option]) -> Worth:
    """Put two worse copies of one image into the picture, a smaller and a harder compressed one."""
    largest = max(option.choice.side for option in ways)

    def shown(option: Option) -> float:
        data = encode(textures.sized(image, option.choice.side), option.choice, 0)
        return judge.image(image, data)

    hard = nearest([o for o in ways if o.choice.side == largest], TRIAL)
    small = nearest([o for o in ways if o.loss <= 1.1 * o.shrunk + 0.01] or ways, TRIAL)
    harm = bounded(shown(hard) / max(hard.loss, 1e-3))
    if small.shrunk < LEAST_SHRUNK:
        return Worth(harm, harm)
    shrunk = bounded((shown(small) - harm * (small.loss - small.shrunk)) / small.shrunk)
    return Worth(shrunk, harm)


def bounded(worth: float) -> float:
    """A worth that can be."""
    return float(np.clip(worth, LEAST_WORTH, MOST_WORTH))


def nearest(ways: Sequence[Option], loss: float) -> Option:
    """The option whose own loss is the nearest to ``loss``."""
    return min(ways, key=lambda option: abs(option.loss - loss))
