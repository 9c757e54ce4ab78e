"""CloudFront in front of all regions: what browsers reach, and nothing else of the shop.

Requests that only read go to an origin group, so that another region answers within seconds of one's loss;
CloudFront sends no other methods to a group, so whatever changes something goes to the nearest healthy
region, and waits for Route 53 to notice.
"""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub
from troposphere.cloudfront import (
    CustomErrorResponse,
    Distribution,
    DistributionConfig,
    MonitoringSubscription,
    MonitoringSubscriptionProperty,
    RealtimeMetricsSubscriptionConfig,
    ViewerCertificate,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.edge.access_logs import add_access_logs
from troposphere_stacks.stacks.edge.behaviours import behaviours
from troposphere_stacks.stacks.edge.firewall import add_firewall
from troposphere_stacks.stacks.edge.origins import groups, origins
from troposphere_stacks.stacks.edge.policies import add_policies

ERROR_SECONDS = {403: 1, 404: 1, 500: 0, 502: 0, 503: 0, 504: 0}
"""How long CloudFront repeats an error: its default of ten seconds would lengthen every outage by as much."""


def build(parameters: Parameters) -> StackTemplate:
    """The distribution with its policies, firewall and logs."""
    template = StackTemplate("The edge: CloudFront, its caches, its firewall and its logs")
    policies = add_policies(template, parameters)
    firewall = add_firewall(template, parameters)
    sources = origins(template, parameters)
    default, others = behaviours(policies, parameters)
    config = DistributionConfig(
        Aliases=[parameters.domain],
        Comment=f"{parameters.domain} ({parameters.env.name})",
        Enabled=True,
        HttpVersion="http2and3",
        IPV6Enabled=True,
        PriceClass="PriceClass_All" if parameters.env.name == "prod" else "PriceClass_100",
        ViewerCertificate=_certificate(template),
        WebACLId=GetAtt(firewall, "Arn"),
        Origins=sources,
        DefaultCacheBehavior=default,
        CacheBehaviors=others,
        CustomErrorResponses=[
            CustomErrorResponse(ErrorCode=code, ErrorCachingMinTTL=seconds)
            for code, seconds in ERROR_SECONDS.items()
        ],
    )
    if parameters.regions[1:]:
        config.OriginGroups = groups(parameters)
    distribution = template.add_resource(Distribution("Distribution", DistributionConfig=config))
    _explain(distribution, parameters)
    add_access_logs(template, parameters)
    template.add_resource(_metrics(distribution))
    _outputs(template, distribution, firewall)
    return template


def _certificate(template: StackTemplate) -> Any:
    return ViewerCertificate(
        AcmCertificateArn=template.need("CertificateArn", "certificates.CertificateArn"),
        MinimumProtocolVersion="TLSv1.2_2021",
        SslSupportMethod="sni-only",
    )


def _metrics(distribution: Any) -> Any:
    """Error rates by status and the origins' latency, which CloudFront counts only when asked to."""
    wanted = MonitoringSubscriptionProperty(
        RealtimeMetricsSubscriptionConfig=RealtimeMetricsSubscriptionConfig(
            RealtimeMetricsSubscriptionStatus="Enabled"
        )
    )
    return MonitoringSubscription("Metrics", DistributionId=Ref(distribution), MonitoringSubscription=wanted)


def _explain(distribution: Any, parameters: Parameters) -> None:
    logs = (
        "Standard logging v2 is on (access_logs.py); the rule knows the older logging alone, which needs ACLs"
    )
    suppress(distribution, "checkov", "CKV_AWS_86", logs)
    suppress(distribution, "guard", "CT.CLOUDFRONT.PR.5", logs)
    home = "The home page is an answer of the shop at /, not an object"
    suppress(distribution, "guard", "CT.CLOUDFRONT.PR.1", home)
    if not parameters.regions[1:]:
        alone = "An origin group needs a second region; this deployment has one"
        suppress(distribution, "guard", "CT.CLOUDFRONT.PR.4", alone)


def _outputs(template: StackTemplate, distribution: Any, firewall: Any) -> None:
    arn = Sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}")
    template.give("DistributionId", Ref(distribution), "The distribution")
    template.give("DistributionArn", arn, "Its ARN, for the policies of buckets and keys")
    template.give(
        "DistributionDomainName", GetAtt(distribution, "DomainName"), "Where the shop's name points"
    )
    template.give("FirewallArn", GetAtt(firewall, "Arn"), "The firewall of the edge")


STACK = Stack("edge", build, Where.GLOBAL)
