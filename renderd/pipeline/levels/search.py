"""The search for a level: which triangles and which images together weigh least for what they lose.

What triangles and images lose is taken to add up, which is nearly true of small losses; the whole is
measured at the end, and the plan corrected by what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log

import numpy as np

from renderd.pipeline.levels.judge import Judge
from renderd.pipeline.levels.palette import Palette
from renderd.pipeline.levels.shapes import HARDEST, LAST, Shapes
from renderd.pipeline.textures import Choice, Textures
from storefront.plugin_api import Level

START = {"preview": 18, "standard": 11, "high": 4}
"""By level: the rung that is measured first, which others are made of."""

LITTLE = 0.3
"""The share of what a level may lose that some measured rung stays under."""

LEAP = 6
"""Rungs from one measurement to the next; those between are interpolated."""

NEAR, WORTHWHILE = 0.93, 0.95
"""A level that loses more than this share of what it may is not improved further, nor is one if the next plan
isn't expected to have less than this share of its bytes.
"""

IDLE, STRICTER = {"preview": 40_000}, (0.4, 0.55, 0.7, 0.85)
"""Bytes by level that arrive with the first packets anyway, and what share of a loss is tried for them."""

PRESSED = 0.8
"""A level whose triangles alone lose this share of what it may lose gets all that it may have."""

HARDLY = 1.05
"""Where the bound is out of reach, so many times the least loss is as good."""

UNSURE, TRUST = 0.15, (0.2, 10.0)
"""How far what a rung loses may be off, as a share; and how many times as much as was thought images lose."""

SLIGHT = 1e-3
"""Losses from which nothing is learnt."""

STARVED = 24
"""Pixels of a side, and WebP's quality, below which no image goes."""

TRIES, MOST, CLOSE = 4, 6, 0.85
"""How often a plan is measured and corrected: usually, and while no plan has met the bound, or more than this
share of what may be lost.
"""

CAREFUL = 1.05
"""How much more than was seen images are then thought to lose."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rung, a choice for each image, and the measured or expected ``difference``.

    ``least`` says that nothing smaller is known.
    """

    rung: float
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
        return Plan(min(int(self.rung) + 1, HARDEST), images, self.difference, self.bytes, True)

    @classmethod
    def plain(cls, images: int, side: int) -> Plan:
        """All triangles, and images at a good quality."""
        return cls(0, {index: Choice(side, 85) for index in range(images)}, 0.0, least=True)


def fineness(choice: Choice) -> tuple[int, bool, bool, int]:
    """By which copies of an image are told finer or coarser; JPEG is chosen where WebP loses too much."""
    return choice.side, choice.quality > 100, choice.form == "jpeg", choice.quality


def missed(bound: float, found: Sequence[Plan]) -> bool:
    """Whether no plan has met the bound closely."""
    return not any(CLOSE * bound <= plan.difference <= bound for plan in found)


def enough(bound: float, found: Plan, last: Plan, following: Plan) -> bool:
    """Whether after ``found``, measured of the plan ``last``, another isn't worth measuring."""
    if found.difference <= bound:
        return found.difference >= NEAR * bound or following.bytes > WORTHWHILE * last.bytes
    return following.difference > bound and found.difference <= HARDLY * following.difference


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
        self._known: dict[float, Plan] = {}
        self._tried, self._missed = [0.0, inf], 0
        self._losses = self._measured_rungs(shapes.first_within(level.triangles, START[level.name]))
        self._rungs = self._expected()
        told(0.7)

    def best(self, bound: float) -> Plan:
        """The smallest measured plan that loses at most ``bound``, else the smallest of those that lose
        hardly more than the best.
        """
        found: list[Plan] = []
        bound = self._stricter(bound)
        plan: Plan | None = self.planned(bound)
        while plan and (len(found) < TRIES or (len(found) < MOST and missed(bound, found))):
            found.append(self.measured(plan))
            self._learn(plan, found[-1], bound)
            self._told(0.7 + 0.3 * len(found) / MOST)
            last, plan = plan, self._another(bound, found)
            if plan and enough(bound, found[-1], last, plan):
                break
        least = min(plan.difference for plan in found)
        limits = (bound, self.level.difference, HARDLY * least)
        kept = ([plan for plan in found if plan.difference <= limit] for limit in limits)
        return min(next(plans for plans in kept if plans), key=lambda plan: plan.bytes)

    def _stricter(self, bound: float) -> float:
        """The least loss that bytes nobody minds can buy, if that is less than ``bound``."""
        shares = (bound * share for share in STRICTER)
        plans = ((wanted, self.planned(wanted)) for wanted in shares)
        most = IDLE.get(self.level.name, 0)
        good = (wanted for wanted, plan in plans if plan.bytes <= most and plan.difference <= wanted)
        return next(good, bound)

    def _learn(self, expected: Plan, found: Plan, bound: float) -> None:
        """Correct what triangles and images are thought to lose by what was measured of a plan."""
        index = int(found.difference <= bound)
        self._missed += 1 - index
        self._tried[index] = (max, min)[index](self._tried[index], self._trust)
        shape = self._rungs[expected.rung][0]
        images, more = expected.difference - shape, found.difference - expected.difference
        if images <= SLIGHT:
            self._reshape(found.difference / max(shape, SLIGHT))
            return
        # Most rungs are interpolated; where triangles lose most, they also err most.
        of_shape = float(np.clip(more * shape / expected.difference, -UNSURE * shape, UNSURE * shape))
        self._reshape(1 + of_shape / max(shape, 1e-9))
        # A little more than was seen, or the next plan would lie above the bound as often as under it.
        # The more so, the more often that has happened.
        times = CAREFUL**self._missed * (images + more - of_shape) / images
        self._trust = float(np.clip(self._trust * np.clip(times, 0.3, 4.0), *TRUST))

    def _reshape(self, times: float) -> None:
        """All triangles lose ``times`` as much as was thought."""
        self._rungs = {rung: (loss * times, weight) for rung, (loss, weight) in self._rungs.items()}

    def _another(self, bound: float, found: list[Plan]) -> Plan | None:
        """A plan that wasn't measured yet, between those that lose too much and those that don't."""
        low, high = self._tried
        for _ in range(TRIES):
            if 0 < low < high < inf and not low < self._trust < high:
                self._trust = (low * high) ** 0.5
            plan = self.planned(bound)
            same = next((one for one in found if (one.rung, one.images) == (plan.rung, plan.images)), None)
            if same is None:
                return plan
            if same.difference <= bound:
                high = min(high, self._trust)
            else:
                low = max(low, self._trust)
        return None

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
        images = {i: self.textures.encoded(i, choice) for i, choice in plan.images.items()}
        weight = self.shapes.bytes(plan.rung, self.level.texture) + sum(map(len, images.values()))
        found = replace(plan, difference=self.judge.level(plan.rung, images), bytes=weight)
        self._known[plan.rung] = found
        return found

    def _measured_rungs(self, start: int) -> dict[float, float]:
        """Losses of some rungs, from one that loses little to one that loses too much."""
        found: dict[float, float] = {start: self._shape(start)}
        rung = start
        while found[rung] > LITTLE * self.level.difference and (finer := self._finer(rung)) < rung:
            rung = finer
            found[rung] = self._shape(rung)
        rung = start
        while found[rung] < self.level.difference and rung < LAST:
            coarser = min(LAST, rung + LEAP)
            if self.shapes.at(coarser).triangles == self.shapes.at(rung).triangles:
                break
            rung = coarser
            found[rung] = self._shape(rung)
        if found[finest := min(found)] > PRESSED * self.level.difference:
            full = self.shapes.fullest(self.level.triangles, int(finest))
            found[full] = self._shape(full)
        return dict(sorted(found.items()))

    def _shape(self, rung: float) -> float:
        """What a rung's triangles lose; they are weighed too, while they are at hand as they are stored."""
        lost = self.judge.shape(rung)
        self.shapes.bytes(rung, self.level.texture)
        return lost

    def _finer(self, rung: int) -> int:
        """A finer rung with no more triangles than the level may have; the same one if there is none."""
        return self.shapes.first_within(self.level.triangles, max(0, rung - LEAP))

    def _expected(self) -> dict[float, tuple[float, int]]:
        """For each rung between the measured ones what it loses and its bytes, both evenly in logarithms."""
        known = list(self._losses)
        losses = [log(max(loss, 1e-5)) for loss in self._losses.values()]
        weights = [log(max(self.shapes.bytes(rung, self.level.texture), 1)) for rung in known]
        return {
            rung: (
                exp(float(np.interp(rung, known, losses))),
                round(exp(float(np.interp(rung, known, weights)))),
            )
            for rung in (known[0], *range(int(known[0]) + 1, int(known[-1]) + 1))
        }
