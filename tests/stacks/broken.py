"""A set of stacks that somebody broke by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.stacks.sets import REGIONS, built
from troposphere_stacks.check import graph
from troposphere_stacks.check.world import World
from troposphere_stacks.deployment import deployment
from troposphere_stacks.manifest import Entry

Properties = dict[str, Any]
Breaking = Callable[[Properties], object]


def without(name: str) -> Breaking:
    """Drop a property."""
    return lambda properties: properties.pop(name)


def given(**values: object) -> Breaking:
    """Set properties."""
    return lambda properties: properties.update(values)


def broken(key: str, resource: str, change: Breaking, env: str = "prod", regions: int = 2) -> list[Entry]:
    """The set with one resource's properties changed."""
    entries = dict(built(env, regions))
    template = copy.deepcopy(entries[key].template)
    change(template["Resources"][resource]["Properties"])
    entries[key] = replace(entries[key], template=template)
    return list(entries.values())


def lost(key: str, resource: str, env: str = "prod", regions: int = 2) -> list[Entry]:
    """The set without one resource."""
    entries = dict(built(env, regions))
    template = copy.deepcopy(entries[key].template)
    del template["Resources"][resource]
    entries[key] = replace(entries[key], template=template)
    return list(entries.values())


def found(entries: list[Entry], env: str = "prod", regions: int = 2) -> set[str]:
    """The names of the rules over the whole set that are broken."""
    where = deployment(env, ",".join(REGIONS[:regions]), "shop.example.com")
    return {finding.rule.removeprefix("graph/") for finding in graph.findings(World(where, entries))}
