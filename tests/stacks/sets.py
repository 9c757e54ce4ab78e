"""Whole sets of stacks, each built once for all tests of a process."""

from __future__ import annotations

from functools import cache
from typing import Any

from troposphere_stacks.deployment import deployment
from troposphere_stacks.manifest import Entry, resolve
from troposphere_stacks.stacks import STACKS

REGIONS = ("us-east-1", "eu-west-1", "ap-northeast-1")
ENVIRONMENTS = ("prod", "staging", "dev")


@cache
def built(env: str = "prod", regions: int = 2) -> dict[str, Entry]:
    """All stacks by ``region:stack``, in deployment order."""
    where = deployment(env, ",".join(REGIONS[:regions]), "shop.example.com")
    return {entry.key: entry for entry in resolve(where, STACKS)}


def resources(entry: Entry, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of an entry's resources of one type, by logical name."""
    found = entry.template["Resources"].items()
    return {name: each.get("Properties", {}) for name, each in found if each["Type"] == kind}
