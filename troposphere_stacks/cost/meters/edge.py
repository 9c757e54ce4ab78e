"""CloudFront, its firewall, and Route 53. They are in one template and serve the shoppers of all regions."""

from __future__ import annotations

from collections.abc import Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.place import Place, Resource

_TIERS = ((10_000, "gb"), (50_000, "gb_above_10_tb"), (float("inf"), "gb_above_50_tb"))
_REGION_QUERIES = 0.1
"""Queries for the site's name over visits: resolvers keep the answer for many shoppers; assumed."""


def distribution(_resource: Resource, place: Place) -> Iterable[Line]:
    """Bytes and requests of all browsers."""
    load = place.load
    gigabytes = (load.file_gb + load.page_gb) * load.regions
    paid = max(0.0, gigabytes - place.prices("cloudfront", "free_gb"))
    below = 0.0
    for top, price in _TIERS:
        part = max(0.0, min(paid, top) - below)
        yield place.line("CloudFront", "GB", part, ("cloudfront", price))
        below = top
    millions = load.edge_requests * load.regions / 1e6 - place.prices("cloudfront", "free_million")
    yield place.line("CloudFront", "requests, million", max(0.0, millions), ("cloudfront", "https_million"))


def function(_resource: Resource, place: Place) -> Iterable[Line]:
    """A function at the edge, asked for each rendition."""
    free = place.prices("cloudfront", "function_free_million")
    millions = max(0.0, place.load.rendition_requests * place.load.regions / 1e6 - free)
    yield place.line("CloudFront", "function calls, million", millions, ("cloudfront", "function_million"))


def firewall(resource: Resource, place: Place) -> Iterable[Line]:
    """The firewall and its rules, asked about every request."""
    yield place.line("Firewall", "lists and rules", 1, ("waf", "acl"))
    yield place.line("Firewall", "lists and rules", len(resource.properties["Rules"]), ("waf", "rule"))
    millions = place.load.edge_requests * place.load.regions / 1e6
    yield place.line("Firewall", "requests, million", millions, ("waf", "requests_million"))


def zone(_resource: Resource, place: Place) -> Iterable[Line]:
    """The hosted zone, and queries for its latency records."""
    yield place.line("Route 53", "zones", 1, ("route53", "zone"))
    queries = place.load.visits * place.load.regions * _REGION_QUERIES / 1e6
    yield place.line("Route 53", "queries, million", queries, ("route53", "latency_queries_million"))


def health_check(resource: Resource, place: Place) -> Iterable[Line]:
    """A health check, and what it does besides the plain one."""
    config = resource.properties["HealthCheckConfig"]
    options = (
        config.get("Type", "").startswith("HTTPS"),
        config.get("RequestInterval") == 10,
        "SearchString" in config,
        bool(config.get("MeasureLatency")),
    )
    yield place.line("Route 53", "health checks", 1, ("route53", "check"))
    yield place.line("Route 53", "health check options", sum(options), ("route53", "check_option"))
