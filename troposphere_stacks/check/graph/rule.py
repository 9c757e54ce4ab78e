"""A rule over the whole set, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from troposphere_stacks.check.finding import Finding
from troposphere_stacks.check.world import Node, World

Verdict = tuple[Node, str]
"""What was looked at, and what is wrong with it: nothing where the text is empty."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise, and who looks whether it is kept.

    A rule that finds nothing to look at is broken itself, unless ``needs_regions`` are more than there are.
    """

    id: str
    promise: str
    judge: Callable[[World], Iterator[Verdict]]
    needs_regions: int = 1

    def findings(self, world: World) -> Iterator[Finding]:
        """What breaks the promise."""
        looked = 0
        for node, wrong in self.judge(world):
            looked += 1
            if wrong:
                yield Finding(f"graph/{self.id}", node.where, wrong)
        if not looked and len(world.deployment.regions) >= self.needs_regions:
            yield Finding(f"graph/{self.id}", "the whole set", f"nothing to look at, for: {self.promise}")
