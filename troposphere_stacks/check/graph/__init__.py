"""Promises that no scanner can judge, since they take more than one resource, stack or region."""

from __future__ import annotations

from collections.abc import Iterator

from troposphere_stacks.check.finding import Finding
from troposphere_stacks.check.graph import edge, keeping, keys, reach, spread, wiring
from troposphere_stacks.check.world import World

RULES = (*reach.RULES, *spread.RULES, *keys.RULES, *edge.RULES, *keeping.RULES, *wiring.RULES)


def findings(world: World) -> Iterator[Finding]:
    """What breaks a promise, rule by rule."""
    for rule in RULES:
        yield from rule.findings(world)
