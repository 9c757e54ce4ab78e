"""What is wrong, and what was allowed to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere_stacks.manifest import Entry

STALE = "is suppressed here, but the scanner finds no such thing; drop the suppression"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong: the rule that found it, where it is, and what was expected."""

    rule: str  # "graph/data-tier-is-shut", "guard/…", "checkov/CKV_…", "cfn-lint/E…"
    where: str  # "region/stack/Resource", or as far as the rule knows
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Suppression:
    """A rule that doesn't hold for a resource, and why; stands in the resource's metadata."""

    scanner: str
    id: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What one scanner says of a set, suppressions not counted yet. 0 ``rules``: it doesn't say how many."""

    findings: Sequence[Finding]
    rules: int = 0
    passed: int = 0


def suppressions(entries: Iterable[Entry]) -> Iterator[Suppression]:
    """All suppressions of a set, from the metadata of its resources."""
    for entry in entries:
        for name, resource in entry.template["Resources"].items():
            said = resource.get("Metadata", {}).get("storefront", {}).get("suppressed", [])
            for each in said:
                yield Suppression(
                    each["scanner"], each["id"], f"{entry.region}/{entry.stack}/{name}", each["reason"]
                )


def weighed(
    judged: Mapping[str, Judged], suppressed: Sequence[Suppression]
) -> tuple[list[Finding], dict[str, int]]:
    """The findings that nobody suppressed, and how many of each scanner's somebody did.

    A suppression of what its scanner doesn't find (any more) is a finding itself: it would hide the next one.
    """
    allowed = {(f"{each.scanner}/{each.id}", each.where) for each in suppressed}
    open_, hidden = [], dict.fromkeys(judged, 0)
    met = set()
    for scanner, said in judged.items():
        for finding in said.findings:
            if (finding.rule, finding.where) in allowed:
                met.add((finding.rule, finding.where))
                hidden[scanner] += 1
            else:
                open_.append(finding)
    stale = [each for each in sorted(allowed - met) if each[0].split("/")[0] in judged]
    return [*open_, *(Finding(f"suppressed/{rule}", where, STALE) for rule, where in stale)], hidden


def bare(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A resource without the words that scanners obey by themselves: then it shows which are still needed."""
    return {name: value for name, value in resource.items() if name != "Metadata"}
