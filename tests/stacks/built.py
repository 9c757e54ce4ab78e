"""Templates of single stacks, built for a test."""

from __future__ import annotations

from functools import cache
from typing import Any

from troposphere_stacks.deployment import Parameters, deployment
from troposphere_stacks.stack import Stack, StackTemplate

REGIONS = ("us-east-1", "eu-west-1", "ap-northeast-1")


@cache
def template(stack: Stack, env: str = "prod", regions: int = 2, at: int = 0) -> StackTemplate:
    """The stack's template in one region of a deployment in so many regions."""
    where = deployment(env, ",".join(REGIONS[:regions]), "shop.example.com")
    return stack.build(Parameters(deployment=where, region=REGIONS[at]))


def resources(stack: Stack, env: str = "prod", regions: int = 2, at: int = 0) -> dict[str, Any]:
    """The properties of its resources, by logical name."""
    built = template(stack, env, regions, at).to_dict()["Resources"]
    return {name: resource.get("Properties", {}) for name, resource in built.items()}
