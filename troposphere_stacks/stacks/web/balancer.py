"""The load balancer. It admits what carries CloudFront's token, and one path for Route 53's checkers."""

from __future__ import annotations

from typing import Any

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import (
    Action,
    Certificate,
    Condition,
    FixedResponseConfig,
    HttpHeaderConfig,
    Listener,
    ListenerRule,
    ListenerRuleAction,
    LoadBalancer,
    LoadBalancerAttributes,
    Matcher,
    PathPatternConfig,
    TargetGroup,
    TargetGroupAttribute,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate

TITLE, LISTENER, TARGETS = "Balancer", "Listener", "Targets"
RULES = ["HealthRule", "AuthenticationRule", "ShopRule"]
PORT = 8000
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.3, and 1.2 for those of CloudFront's and Route 53's machines that don't speak it yet."""

HEALTH_PATH, DEEP_PATH = "/healthz", "/healthz/deep"
HEALTH_SECONDS = 30
AUTHENTICATION_PATHS = ["/account", "/account/*"]
IDLE_SECONDS = 60
"""Longer than CloudFront keeps an idle connection (30 s), so that it isn't closed while it is being used."""


def add(template: StackTemplate, parameters: Parameters) -> Any:
    """Add balancer, targets, listener and rules; returns the target group of the web servers."""
    template.add_resource(_balancer(template, parameters))
    targets = template.add_resource(_targets(template))
    template.add_resource(_listener(template))
    template.add_resource(_rule(RULES[0], 10, targets, [_path([DEEP_PATH])]))
    accounts = template.need("AuthenticationTargetGroupArn", "functions.AuthenticationTargetGroupArn")
    from_us = Condition(
        Field="http-header",
        HttpHeaderConfig=HttpHeaderConfig(HttpHeaderName=origin.HEADER, Values=list(origin.tokens(template))),
    )
    template.add_resource(_rule(RULES[1], 20, accounts, [from_us, _path(AUTHENTICATION_PATHS)]))
    template.add_resource(_rule(RULES[2], 30, targets, [from_us]))
    return targets


def _balancer(template: StackTemplate, parameters: Parameters) -> Any:
    subnets = template.need("PublicSubnetIds", "network.PublicSubnetIds", "List<AWS::EC2::Subnet::Id>")
    groups = [
        template.need("AlbCloudFrontGroupId", "network.AlbCloudFrontGroupId"),
        template.need("AlbHealthGroupId", "network.AlbHealthGroupId"),
    ]
    attributes = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": template.need("LogBucketName", "foundation.LogBucketName"),
        "access_logs.s3.prefix": "alb",
        "deletion_protection.enabled": str(parameters.env.protected).lower(),
        "idle_timeout.timeout_seconds": str(IDLE_SECONDS),
        "routing.http.desync_mitigation_mode": "strictest",
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
    balancer = LoadBalancer(
        TITLE,
        Type="application",
        Scheme="internet-facing",
        Subnets=subnets,
        SecurityGroups=groups,
        LoadBalancerAttributes=[
            LoadBalancerAttributes(Key=key, Value=value) for key, value in attributes.items()
        ],
    )
    if not parameters.env.protected:
        passing = "This environment is made to be removed again"
        suppress(balancer, "guard", "CT.ELASTICLOADBALANCING.PR.5", passing)
    return balancer


def _targets(template: StackTemplate) -> Any:
    attributes = {
        "deregistration_delay.timeout_seconds": "30",
        "load_balancing.algorithm.type": "least_outstanding_requests",
    }
    return TargetGroup(
        TARGETS,
        VpcId=template.need("VpcId", "network.VpcId", "AWS::EC2::VPC::Id"),
        TargetType="instance",
        Protocol="HTTP",
        Port=PORT,
        HealthCheckPath=HEALTH_PATH,
        HealthCheckIntervalSeconds=HEALTH_SECONDS,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
        Matcher=Matcher(HttpCode="200"),
        TargetGroupAttributes=[
            TargetGroupAttribute(Key=key, Value=value) for key, value in attributes.items()
        ],
    )


def _listener(template: StackTemplate) -> Any:
    refuse = FixedResponseConfig(StatusCode="403", ContentType="text/plain", MessageBody="Not this way.")
    return Listener(
        LISTENER,
        LoadBalancerArn=Ref(TITLE),
        Port=443,
        Protocol="HTTPS",
        SslPolicy=TLS_POLICY,
        Certificates=[
            Certificate(CertificateArn=template.need("CertificateArn", "certificates.CertificateArn"))
        ],
        DefaultActions=[Action(Type="fixed-response", FixedResponseConfig=refuse)],
    )


def _path(patterns: list[str]) -> Any:
    return Condition(Field="path-pattern", PathPatternConfig=PathPatternConfig(Values=patterns))


def _rule(title: str, priority: int, target: Any, conditions: list[Any]) -> Any:
    arn = Ref(target) if isinstance(target, TargetGroup) else target
    return ListenerRule(
        title,
        ListenerArn=Ref(LISTENER),
        Priority=priority,
        Conditions=conditions,
        Actions=[ListenerRuleAction(Type="forward", TargetGroupArn=arn)],
    )
