"""The shop's names: the site at CloudFront, and behind it the regions, nearest first, healthy ones only."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, Not, Ref
from troposphere.route53 import AliasTarget, HealthCheck, HealthCheckConfig, RecordSetType

from troposphere_stacks.deployment import GLOBAL_REGION, Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import Stack, StackTemplate, Where

CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of every CloudFront distribution (Route 53's documentation of alias targets)."""

TTL = "10"
"""Seconds. An alias to a balancer would be kept for 60, which alone is more than a failover may take."""

HEALTH_PATH = "/healthz/deep"


def build(parameters: Parameters) -> StackTemplate:
    """Records and health checks."""
    template = StackTemplate("The shop's names, and which region each request goes to")
    zone = template.need("HostedZoneId", f"{GLOBAL_REGION}:zone.HostedZoneId")
    _site(template, parameters, zone)
    checks = {region: _region(template, parameters, zone, region) for region in parameters.regions}
    if parameters.regions[1:]:
        _add_withdrawal(template, parameters)
    for region in parameters.regions:
        _latency(template, parameters, zone, region, region, checks)
        if parameters.regions[1:]:
            # Crossed on purpose: who is near `region` finds its stand-in here, for CloudFront's second try.
            _latency(template, parameters, zone, region, origin.stands_in(parameters.regions, region), checks)
    template.give("OriginName", origin.host(parameters.domain), "The name of the nearest healthy region")
    for region, check in checks.items():
        template.give(
            f"HealthCheck{origin.title(region)}", Ref(check), f"Route 53's health check of {region}"
        )
    return template


def _add_withdrawal(template: StackTemplate, parameters: Parameters) -> None:
    withdrawn = template.static(
        "WithdrawnRegion",
        "",
        "A region to take out of service by hand, healthy or not; empty for none",
        AllowedValues=["", *parameters.regions],
    )
    for region in parameters.regions:
        template.add_condition(f"Serves{origin.title(region)}", Not(Equals(withdrawn, region)))


def _site(template: StackTemplate, parameters: Parameters, zone: object) -> None:
    target = template.need("DistributionDomainName", f"{GLOBAL_REGION}:edge.DistributionDomainName")
    for kind in ("A", "AAAA"):
        record = RecordSetType(
            f"Site{kind}",
            HostedZoneId=zone,
            Name=parameters.domain,
            Type=kind,
            AliasTarget=AliasTarget(DNSName=target, HostedZoneId=CLOUDFRONT_ZONE, EvaluateTargetHealth=False),
        )
        template.add_resource(record)


def _region(template: StackTemplate, parameters: Parameters, zone: object, region: str) -> Any:
    """A region's own name, and the health check that asks it."""
    place = origin.title(region)
    record = RecordSetType(
        f"Region{place}",
        HostedZoneId=zone,
        Name=origin.host(parameters.domain, region),
        Type="CNAME",
        TTL=TTL,
        ResourceRecords=[_balancer(template, region)],
    )
    template.add_resource(record)
    check = HealthCheck(
        f"Health{place}",
        HealthCheckConfig=HealthCheckConfig(
            Type="HTTPS",
            FullyQualifiedDomainName=origin.host(parameters.domain, region),
            Port=443,
            EnableSNI=True,
            ResourcePath=HEALTH_PATH,
            RequestInterval=10,
            FailureThreshold=3,
        ),
        HealthCheckTags=named(f"{parameters.name('region')}-{region}"),
    )
    return template.add_resource(check)


def _latency(
    template: StackTemplate,
    parameters: Parameters,
    zone: object,
    near: str,
    target: str,
    checks: dict[str, Any],
) -> None:
    """Who is near ``near`` is sent to ``target``, while that is healthy and not withdrawn."""
    own = near == target
    record = RecordSetType(
        f"{'Nearest' if own else 'Next'}{origin.title(near)}",
        HostedZoneId=zone,
        Name=origin.host(parameters.domain) if own else origin.next_host(parameters.domain),
        Type="CNAME",
        TTL=TTL,
        Region=near,
        SetIdentifier=f"{near} to {target}",
        ResourceRecords=[_balancer(template, target)],
        HealthCheckId=Ref(checks[target]),
    )
    if parameters.regions[1:]:
        record.Condition = f"Serves{origin.title(target)}"
    template.add_resource(record)


def _balancer(template: StackTemplate, region: str) -> Any:
    return template.need(f"LoadBalancer{origin.title(region)}", f"{region}:web.LoadBalancerDnsName")


STACK = Stack("dns", build, Where.GLOBAL)
