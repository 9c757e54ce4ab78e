"""What is wrong, and what was allowed to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troposphere_stacks.manifest import Entry


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


def suppressions(entries: Iterable[Entry]) -> Iterator[Suppression]:
    """All suppressions of a set, from the metadata of its resources."""
    for entry in entries:
        for name, resource in entry.template["Resources"].items():
            said = resource.get("Metadata", {}).get("storefront", {}).get("suppressed", [])
            for each in said:
                yield Suppression(
                    each["scanner"], each["id"], f"{entry.region}/{entry.stack}/{name}", each["reason"]
                )
