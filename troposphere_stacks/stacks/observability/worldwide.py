"""What is counted in us-east-1 alone: the edge, its firewall, and which regions Route 53 finds healthy."""

from __future__ import annotations

from troposphere_stacks.deployment import GLOBAL_REGION, Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.serving import certificate_signal
from troposphere_stacks.stacks.observability.signals import AT_LEAST, Measure, Signal

EDGE, REGIONS, FIREWALL = "The edge", "Regions", "Firewall"
MANY_REFUSALS = 500
"""Refused tries to sign in, in five minutes, that are no longer one person who forgot a password."""


def worldwide_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    """CloudFront's, Route 53's and the firewall's signals."""
    template.need("Distribution", "edge.DistributionId")
    # Where us-east-1 is a region of the shop, that region's own stack watches the certificate.
    apart = parameters.region not in parameters.regions
    return [
        _edge(
            "EdgeErrors", "5xxErrorRate", "Average", 1, "More than 1 % of all answers at the edge are errors"
        ),
        _edge(
            "EdgeSlow",
            "OriginLatency",
            "p95",
            2_000,
            "One request in twenty that the caches can't answer waits two seconds for a region",
        ),
        _hits(),
        *(_region(template, region) for region in parameters.regions),
        _sign_ins(parameters),
        *([certificate_signal(template)] if apart else []),
    ]


def _measure(metric: str, statistic: str) -> Measure:
    return Measure(
        namespace="AWS/CloudFront",
        metric=metric,
        dimensions={"DistributionId": "${Distribution}", "Region": "Global"},
        statistic=statistic,
    )


def _edge(name: str, metric: str, statistic: str, threshold: float, says: str) -> Signal:
    return Signal(
        name=name, panel=EDGE, says=says, measures=[_measure(metric, statistic)], threshold=threshold
    )


def _hits() -> Signal:
    return Signal(
        name="CachesMiss",
        panel=EDGE,
        says="CloudFront's caches answer less than half of all requests: the bill and the regions feel it",
        measures=[_measure("CacheHitRate", "Average")],
        threshold=50,
        kept=AT_LEAST,
        seconds=900,
        periods=4,
        datapoints=4,
    )


def _region(template: StackTemplate, region: str) -> Signal:
    place = origin.title(region)
    template.need(f"Health{place}", f"{GLOBAL_REGION}:dns.HealthCheck{place}")
    measure = Measure(
        namespace="AWS/Route53",
        metric="HealthCheckStatus",
        dimensions={"HealthCheckId": f"${{Health{place}}}"},
        statistic="Minimum",
    )
    return Signal(
        name=f"RegionAway{place}",
        panel=REGIONS,
        says=f"Route 53 finds {region} unhealthy and sends nobody there: docs/operations.md, Lose a region",
        measures=[measure],
        threshold=1,
        kept=AT_LEAST,
        periods=1,
        datapoints=1,
        missing="breaching",
    )


def _sign_ins(parameters: Parameters) -> Signal:
    measure = Measure(
        namespace="AWS/WAFV2",
        metric="BlockedRequests",
        dimensions={"WebACL": parameters.name("edge"), "Rule": "SignInRate"},
    )
    return Signal(
        name="PasswordsGuessed",
        panel=FIREWALL,
        says="Somebody tries passwords: the firewall refuses them; look who it is",
        measures=[measure],
        threshold=MANY_REFUSALS,
        seconds=300,
        periods=1,
        datapoints=1,
    )
