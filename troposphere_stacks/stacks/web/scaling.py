"""How many web servers there are follows their processors and their requests."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Join, Ref
from troposphere.autoscaling import (
    PredefinedMetricSpecification,
    ScalingPolicy,
    TargetTrackingConfiguration,
)

from troposphere_stacks.kit.machines import GROUP
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.web import balancer

PROCESSOR_PERCENT = 50.0
"""Half is left for the loss of a zone: two thirds of the machines then carry all."""
REQUESTS_A_MINUTE = 3000.0
"""A machine, before its processors say so: a jump shows in requests a minute earlier."""


def add(template: StackTemplate, target: Any) -> None:
    """Add both policies; the one that wants more machines wins."""
    label = Join(
        "/",
        [GetAtt(balancer.TITLE, "LoadBalancerFullName"), GetAtt(target, "TargetGroupFullName")],
    )
    _add(template, "ByProcessor", PROCESSOR_PERCENT, PredefinedMetricType="ASGAverageCPUUtilization")
    _add(
        template,
        "ByRequests",
        REQUESTS_A_MINUTE,
        PredefinedMetricType="ALBRequestCountPerTarget",
        ResourceLabel=label,
    )


def _add(template: StackTemplate, title: str, target: float, **metric: object) -> None:
    tracking = TargetTrackingConfiguration(
        PredefinedMetricSpecification=PredefinedMetricSpecification(**metric), TargetValue=target
    )
    policy = ScalingPolicy(
        title,
        AutoScalingGroupName=Ref(GROUP),
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration=tracking,
    )
    template.add_resource(policy)
