"""The images of a level: how small each may get, each for itself, for a given loss of the picture."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from renderd.pipeline.levels.judge import Judge
from renderd.pipeline.levels.likeness import Option
from renderd.pipeline.textures import Choice, Textures, encode

TRIALS = (0.5, 2.0)
"""An image is tried in the picture at about these losses of its own: a little worse, and much."""

LEAST_WORTH, MOST_WORTH, USUAL_WORTH = 0.002, 1.0, 0.05
"""How much of an image's own loss a picture shows: bounds, and what is taken where nothing is known."""

SAMPLED = 10
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
    choice: Choice
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
        hulls = {image: hull(found) for image, found in ways.items()}
        self._start = {image: found[0] for image, found in hulls.items()}
        steps = [step for image, found in hulls.items() for step in steps_of(image, found)]
        self._steps = sorted(steps, key=lambda step: (-step.worth, step.image))
        begun = sum(option.loss for image, option in self._start.items() if image in drawn)
        shown = (step.loss if step.image in drawn else 0.0 for step in self._steps)
        self._losses = begun + np.cumsum([0.0, *shown])
        weight = sum(option.bytes for option in self._start.values())
        self._bytes = weight - np.cumsum([0, *(step.bytes for step in self._steps)])

    def within(self, loss: float, trust: float = 1.0) -> Images:
        """The lightest images that lose at most ``loss``, else those that lose least.

        ``trust`` is how many times more they lose than was thought.
        """
        losses = self._losses * trust
        taken = max(0, int(np.searchsorted(losses, loss, side="right")) - 1)
        choices = {image: option.choice for image, option in self._start.items()}
        choices |= {step.image: step.choice for step in self._steps[:taken]}
        return Images(choices, float(losses[taken]), int(self._bytes[taken]), taken == len(self._steps))


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
    return [Step(image, b.choice, b.loss - a.loss, a.bytes - b.bytes) for a, b in pairs]


def weighed(ways: Mapping[int, Sequence[Option]], worth: Mapping[int, float]) -> dict[int, list[Option]]:
    """Options with the loss of the picture instead of the image's own."""
    return {
        image: [Option(o.choice, o.bytes, o.loss * worth[image]) for o in found]
        for image, found in ways.items()
    }


def worths(textures: Textures, judge: Judge, ways: Mapping[int, Sequence[Option]]) -> dict[int, float]:
    """How much of each image's own loss a picture shows."""
    drawn = [image for image in ways if image in judge.drawn and len(ways[image]) > 1]
    heavy = sorted(drawn, key=lambda image: -max(option.bytes for option in ways[image]))
    tried = {image: tried_worth(textures, judge, image, ways[image]) for image in heavy[:SAMPLED]}
    like: dict[str, list[float]] = {}
    for image, worth in tried.items():
        like.setdefault(textures.use(image).role, []).append(worth)
    return {
        image: tried.get(image) or float(np.mean(like.get(textures.use(image).role, [USUAL_WORTH])))
        for image in ways
    }


def tried_worth(textures: Textures, judge: Judge, image: int, ways: Sequence[Option]) -> float:
    """Put worse copies of one image into the picture, and see what they do."""
    found = []
    for choice, loss in {o.choice: o.loss for o in (nearest(ways, trial) for trial in TRIALS)}.items():
        data = encode(textures.sized(image, choice.side), choice.quality, 0)
        found.append(np.clip(judge.image(image, data) / max(loss, 1e-3), LEAST_WORTH, MOST_WORTH))
    return float(np.exp(np.mean(np.log(found))))


def nearest(ways: Sequence[Option], loss: float) -> Option:
    """The option whose own loss is the nearest to ``loss``."""
    return min(ways, key=lambda option: abs(option.loss - loss))
