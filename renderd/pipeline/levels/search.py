"""The search for a level: which triangles and which images together weigh least for what they lose.

What triangles and images lose is taken to add up, which is nearly true of small losses; the whole is
measured at the end, and the plan corrected by what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from renderd.pipeline.levels.judge import Judge
from renderd.pipeline.levels.palette import Palette
from renderd.pipeline.levels.shapes import HARDEST, LAST, Shapes
from renderd.pipeline.textures import Choice, Textures
from storefront.plugin_api import Level

START = {"preview": 9, "standard": 5, "high": 2}
"""By level: the rung that is measured first."""

EFFORT = 5
"""WebP's method."""

LITTLE = 0.3
"""The share of what a level may lose that some measured rung stays under."""

LEAP = 3
"""Rungs from one measurement to the next; those between are interpolated."""

NEAR, WORTHWHILE = 0.93, 0.95
"""A level that loses more than this share of what it may is not improved further, nor is one if the next plan
isn't expected to have less than this share of its bytes.
"""

IDLE, STRICTER = {"preview": 40_000}, (0.4, 0.55, 0.7, 0.85)
"""Bytes by level that arrive with the first packets anyway, and what share of a loss is tried for them."""

SLIGHT = 1e-3
"""Losses from which nothing is learnt."""

STARVED = 24
"""Pixels of a side, and WebP's quality, below which no image goes."""

TRIES = 4
"""How often a plan is measured and corrected."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rung, a choice for each image, and the measured or expected ``difference``.

    ``least`` says that nothing smaller is known.
    """

    rung: int
    images: dict[int, Choice]
    difference: float
    bytes: int = 0
    least: bool = False

    def as_fine_as(self, other: Plan) -> Plan:
        """The plan with no triangles and no image coarser than another's."""
        images = {i: max(one, other.images[i], key=fineness) for i, one in self.images.items()}
        return replace(self, rung=min(self.rung, other.rung), images=images)

    def as_coarse_as(self, other: Plan) -> Plan:
        """The plan with no triangles and no image finer than another's."""
        images = {i: min(one, other.images[i], key=fineness) for i, one in self.images.items()}
        return replace(self, rung=max(self.rung, other.rung), images=images)

    def starved(self) -> Plan:
        """Half as many pixels each way, hard compressed, and fewer triangles: the last resort."""
        images = {
            i: replace(one, side=max(STARVED, one.side // 2), quality=min(one.quality, STARVED))
            for i, one in self.images.items()
        }
        return Plan(min(self.rung + 1, HARDEST), images, self.difference, self.bytes, True)

    @classmethod
    def plain(cls, images: int, side: int) -> Plan:
        """All triangles, and images at a good quality."""
        return cls(0, {index: Choice(side, 85) for index in range(images)}, 0.0, least=True)


def fineness(choice: Choice) -> tuple[int, bool, bool, int]:
    """By which copies of an image are told finer or coarser; JPEG is chosen where WebP loses too much."""
    return choice.side, choice.quality > 100, choice.form == "jpeg", choice.quality


class Search:
    """One level of one model."""

    def __init__(
        self,
        level: Level,
        shapes: Shapes,
        textures: Textures,
        judge: Judge,
        palette: Palette,
        told: Callable[[float], None],
    ) -> None:
        """``told`` hears the share done."""
        self._palette = palette
        self._trust = 1.0
        self.level, self.shapes, self.textures, self.judge = level, shapes, textures, judge
        self._told = told
        self._known: dict[int, Plan] = {}
        self._finest = shapes.first_within(level.triangles)
        self._losses = self._measured_rungs(max(START[level.name], self._finest))
        self._rungs = self._expected()
        told(0.7)

    def best(self, bound: float) -> Plan:
        """The smallest measured plan that loses at most ``bound``, else the one that loses least."""
        found: list[Plan] = []
        bound = self._stricter(bound)
        plan = self.planned(bound)
        for step in range(TRIES):
            found.append(self.measured(plan))
            self._learn(plan.difference, found[-1])
            self._told(0.7 + 0.3 * (step + 1) / TRIES)
            last, plan = plan, self.planned(bound)
            good = found[-1].difference <= bound
            if good and (found[-1].difference >= NEAR * bound or plan.bytes > WORTHWHILE * last.bytes):
                break
            if any((plan.rung, plan.images) == (known.rung, known.images) for known in found):
                break
        kept = [plan for plan in found if plan.difference <= bound]
        return min(kept, key=lambda p: p.bytes) if kept else min(found, key=lambda p: p.difference)

    def _stricter(self, bound: float) -> float:
        """The least loss that bytes nobody minds can buy, if that is less than ``bound``."""
        idle = IDLE.get(self.level.name, 0)
        shares = (bound * share for share in STRICTER)
        plans = ((wanted, self.planned(wanted)) for wanted in shares)
        good = (wanted for wanted, plan in plans if plan.bytes <= idle and plan.difference <= wanted)
        return next(good, bound)

    def _learn(self, expected: float, plan: Plan) -> None:
        """Correct what images are thought to lose by what was measured of a plan."""
        shape = self._rungs[plan.rung][0]
        images, measured = expected - shape, plan.difference - shape
        if images > SLIGHT:
            # A little more than was seen, or the next plan would lie above the bound as often as under it.
            self._trust *= float(np.clip(1.05 * measured / images, 0.1, 10.0))
        elif measured > SLIGHT:
            # Two views did not show what all of them do; without images only the triangles can tell.
            times = plan.difference / max(shape, SLIGHT)
            self._rungs = {rung: (loss * times, weight) for rung, (loss, weight) in self._rungs.items()}

    def planned(self, bound: float) -> Plan:
        """The lightest combination that is expected to lose at most ``bound``."""
        plans, last = [], max(self._rungs)
        for rung, (loss, weight) in self._rungs.items():
            images = self._palette.within(max(bound - loss, 0.0), bound, self._trust)
            least = images.least and rung == last
            plans.append(Plan(rung, images.choices, loss + images.loss, weight + images.bytes, least))
        good = [plan for plan in plans if plan.difference <= bound]
        return min(good, key=lambda p: p.bytes) if good else min(plans, key=lambda p: p.difference)

    def measured(self, plan: Plan) -> Plan:
        """The plan with what its picture loses, and the bytes of its images as they are stored."""
        known = self._known.get(plan.rung)
        if known is not None and known.images == plan.images:
            return known
        images = {i: self.textures.encoded(i, choice, EFFORT) for i, choice in plan.images.items()}
        weight = self.shapes.bytes(plan.rung, self.level.texture) + sum(map(len, images.values()))
        found = replace(plan, difference=self.judge.level(plan.rung, images), bytes=weight)
        self._known[plan.rung] = found
        return found

    def _measured_rungs(self, start: int) -> dict[int, float]:
        """Losses of some rungs, from one that loses little to one that loses too much."""
        found = {start: self.judge.shape(start)}
        rung = start
        while found[rung] > LITTLE * self.level.difference and rung > self._finest:
            rung = max(self._finest, rung - LEAP)
            found[rung] = self.judge.shape(rung)
        rung = start
        while found[rung] < self.level.difference and rung < LAST:
            coarser = min(LAST, rung + LEAP)
            if self.shapes.at(coarser).triangles == self.shapes.at(rung).triangles:
                break
            rung = coarser
            found[rung] = self.judge.shape(rung)
        return dict(sorted(found.items()))

    def _expected(self) -> dict[int, tuple[float, int]]:
        """For each rung between the measured ones what it loses, evenly in logarithms, and its bytes."""
        known = list(self._losses)
        weights = [
            self.shapes.bytes(rung, self.level.texture) / max(self.shapes.at(rung).triangles, 1)
            for rung in known
        ]
        losses = [log(max(loss, 1e-5)) for loss in self._losses.values()]
        return {
            rung: (
                exp(float(np.interp(rung, known, losses))),
                round(float(np.interp(rung, known, weights)) * self.shapes.at(rung).triangles),
            )
            for rung in range(known[0], known[-1] + 1)
        }
