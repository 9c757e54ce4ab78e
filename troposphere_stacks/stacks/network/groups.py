"""Every security group of a region, and every connection between two of them."""

from __future__ import annotations

from typing import Any

from troposphere import Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.groups import connect, enter, group, group_id, leave
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses
from troposphere_stacks.stacks.network.addresses import CACHE, DATABASE, HTTPS, WEB

__all__ = ["add", "group_id"]

_GROUPS = {
    "AlbCloudFrontGroup": "Load balancer: lets CloudFront in",
    "AlbHealthGroup": "Load balancer: lets health checkers of Route 53 in",
    "WebGroup": "Web instances",
    "RenderGroup": "Render workers",
    "FunctionGroup": "Functions that ask the database",
    "DatabaseGroup": "Aurora",
    "CacheGroup": "Valkey",
    "EndpointGroup": "Interface endpoints of AWS services",
}
_CONNECTIONS = (
    ("AlbCloudFrontGroup", "WebGroup", WEB, "Requests of shoppers, and health checks"),
    ("WebGroup", "DatabaseGroup", DATABASE, "Accounts, orders and stock"),
    ("WebGroup", "CacheGroup", CACHE, "Asks for renders"),
    ("WebGroup", "EndpointGroup", HTTPS, "AWS services"),
    ("RenderGroup", "CacheGroup", CACHE, "Takes renders"),
    ("RenderGroup", "EndpointGroup", HTTPS, "AWS services"),
    ("FunctionGroup", "DatabaseGroup", DATABASE, "Accounts and orders"),
    ("FunctionGroup", "EndpointGroup", HTTPS, "AWS services"),
)
_SURFERS = ("WebGroup", "RenderGroup", "FunctionGroup")
"""Who calls HTTPS services outside: payment provider, AWS services without an endpoint."""

_CLOUDFRONT = "prefix-list:com.amazonaws.global.cloudfront.origin-facing"
_CHECKERS = "prefix-list:com.amazonaws.{region}.route53-healthchecks"


def add(template: StackTemplate, parameters: Parameters) -> dict[str, Any]:
    """Add groups and connections; the result is by title.

    The load balancer has two groups because each prefix list counts as many rules (55 and 25) as it may have
    entries, and a group takes 60.
    """
    made = {
        title: group(template, title, parameters.name(_dashed(title)), about, Ref("Vpc"))
        for title, about in _GROUPS.items()
    }
    for source, target, port, why in _CONNECTIONS:
        connect(template, made[source], made[target], port, why)
    for title in _SURFERS:
        leave(template, made[title], HTTPS, "HTTPS services outside", "Out", CidrIp="0.0.0.0/0")
    _admit_internet(template, parameters, made)
    _cross_regions(template, parameters, made)
    return made


def _admit_internet(template: StackTemplate, parameters: Parameters, made: dict[str, Any]) -> None:
    """CloudFront and Route 53 alone, by AWS's lists of addresses, whose ids the deploy tool looks up."""
    cloudfront = template.static(
        "CloudFrontPrefixList", _CLOUDFRONT, "Addresses of CloudFront towards origins"
    )
    checkers = template.static(
        "HealthCheckPrefixList",
        _CHECKERS.format(region=parameters.region),
        "Addresses of Route 53's checkers",
    )
    enter(
        template, made["AlbCloudFrontGroup"], HTTPS, "CloudFront", "FromList", SourcePrefixListId=cloudfront
    )
    enter(template, made["AlbHealthGroup"], HTTPS, "Route 53", "FromList", SourcePrefixListId=checkers)


def _cross_regions(template: StackTemplate, parameters: Parameters, made: dict[str, Any]) -> None:
    """Checkouts of other regions reach the one writer in the first; groups don't reach over regions."""
    why = "Orders and stock have one writer, in the first region"
    if parameters.primary:
        for region in parameters.others:
            title = f"From{region.title().replace('-', '')}"
            cidr = addresses.of(parameters, region).app
            enter(template, made["DatabaseGroup"], DATABASE, why, title, CidrIp=cidr)
        return
    cidr = addresses.of(parameters, parameters.first).data
    for title in ("WebGroup", "FunctionGroup"):
        leave(template, made[title], DATABASE, why, "ToFirstRegion", CidrIp=cidr)


def _dashed(title: str) -> str:
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in title)
    return words.removeprefix("-").removesuffix("-group")
