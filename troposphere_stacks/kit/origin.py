"""How a region's balancer knows that a request came through our CloudFront: a header with a secret in it."""

from __future__ import annotations

from typing import Any

from troposphere import Sub

from troposphere_stacks.deployment import GLOBAL_REGION
from troposphere_stacks.stack import StackTemplate

HEADER = "X-Origin-Verify"
SLOTS = ("A", "B")
"""Two tokens, both admitted: the one that CloudFront doesn't send can be made anew at any time."""


def tokens(template: StackTemplate) -> tuple[Any, Any]:
    """Dynamic references to the tokens A and B: CloudFormation reads them, no template holds them.

    Both are in Secrets Manager of every region of the deployment, under the same names.
    """
    for slot in SLOTS:
        template.need(f"OriginToken{slot}", f"{GLOBAL_REGION}:zone.OriginToken{slot}")
    first, second = (
        Sub(f"{{{{resolve:secretsmanager:${{OriginToken{slot}}}:SecretString}}}}") for slot in SLOTS
    )
    return first, second


def host(domain: str, region: str = "") -> str:
    """The name under which CloudFront finds the nearest region, or one region of its own."""
    return f"{region}.origin.{domain}" if region else f"origin.{domain}"


def next_host(domain: str) -> str:
    """The name under which CloudFront finds the region that stands in for the nearest one."""
    return f"next.origin.{domain}"


def stands_in(regions: tuple[str, ...], region: str) -> str:
    """The region that takes over for ``region``: the one that follows it."""
    return regions[(regions.index(region) + 1) % len(regions)]


def title(region: str) -> str:
    """A region's name as part of a logical id: ``us-east-1`` is ``UsEast1``."""
    return region.title().replace("-", "")
