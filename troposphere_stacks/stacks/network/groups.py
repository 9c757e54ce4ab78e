"""Every security group of a region, and every connection between two of them."""

from __future__ import annotations

from typing import Any

from troposphere import Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.groups import connect, enter, group, group_id, leave
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses
from troposphere_stacks.stacks.network.addresses import CACHE, DATABASE, HTTPS, WEB, title

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
        name: group(template, name, parameters.name(_dashed(name)), about, Ref("Vpc"))
        for name, about in _GROUPS.items()
        if name != "EndpointGroup" or parameters.env.interface_endpoints
    }
    for source, target, port, why in _CONNECTIONS:
        if target in made:
            connect(template, made[source], made[target], port, why)
    for name in _SURFERS:
        leave(template, made[name], HTTPS, "HTTPS services outside", "Out", CidrIp="0.0.0.0/0")
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
    """Shops reach the one writer in any region. Groups aren't known over regions; addresses are."""
    why = "Orders and stock have one writer among the regions"
    for region in parameters.others:
        place = addresses.of(parameters, region)
        enter(template, made["DatabaseGroup"], DATABASE, why, f"From{title(region)}", CidrIp=place.app)
        for asking in ("WebGroup", "FunctionGroup"):
            leave(template, made[asking], DATABASE, why, f"To{title(region)}", CidrIp=place.data)


def _dashed(name: str) -> str:
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.removeprefix("-").removesuffix("-group")
