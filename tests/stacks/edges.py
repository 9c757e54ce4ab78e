"""The edge as tests ask it: which behaviour a path meets, and what the shop serves there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from storefront.app import assemble
from storefront.registry import discover
from tests.stacks.built import resources
from troposphere_stacks.stacks import edge


def distribution(env: str = "prod", regions: int = 2) -> dict[str, Any]:
    """The distribution's configuration."""
    found: dict[str, Any] = resources(edge.STACK, env, regions)["Distribution"]["DistributionConfig"]
    return found


def met(path: str, config: dict[str, Any]) -> dict[str, Any]:
    """The behaviour that a path meets: the first whose pattern fits."""
    for behaviour in config["CacheBehaviors"]:
        if _fits(behaviour["PathPattern"], path):
            return dict(behaviour)
    return dict(config["DefaultCacheBehavior"])


def _fits(pattern: str, path: str) -> bool:
    parts = re.split(r"([*?])", pattern)
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(expression, path) is not None


@cache
def shop() -> Flask:
    """All pages of the shop, of which none is served here."""
    return assemble(discover())


def routes() -> Iterator[tuple[Rule, str]]:
    """Every route, with a path that it takes."""
    for rule in shop().url_map.iter_rules():
        yield rule, re.sub(r"<(?:[a-z]+:)?[a-z_]+>", "some", rule.rule)
