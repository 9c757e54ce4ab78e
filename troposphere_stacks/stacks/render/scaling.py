"""How many render machines there are: so that each has little waiting, and nobody waits for long."""

from __future__ import annotations

from typing import Any

from troposphere import Ref
from troposphere.autoscaling import (
    CustomizedMetricSpecification,
    Metric,
    MetricDimension,
    ScalingPolicy,
    StepAdjustments,
    TargetTrackingConfiguration,
    TargetTrackingMetricDataQuery,
    TargetTrackingMetricStat,
)

from storefront import metrics
from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.kit.machines import GROUP
from troposphere_stacks.stack import StackTemplate

JOBS_A_MACHINE = 8.0
"""What may wait for each machine: four workers that take some 20 s a job are through it in 40 s."""
LATE_SECONDS = 300.0
"""The oldest job waits for so long: two machines more at once, whatever the average says."""

STUCK_SECONDS = 1800.0


def add(template: StackTemplate, parameters: Parameters) -> Any:
    """Add both policies; returns the alarm that ends a release whose workers don't work."""
    shop = parameters.name("").rstrip("-")
    tracking = TargetTrackingConfiguration(
        CustomizedMetricSpecification=CustomizedMetricSpecification(Metrics=_backlog(shop, parameters)),
        TargetValue=JOBS_A_MACHINE,
    )
    template.add_resource(
        ScalingPolicy(
            "ByBacklog",
            AutoScalingGroupName=Ref(GROUP),
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=tracking,
        )
    )
    template.add_resource(_step())
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    late = alarm(
        template, "LateRenders", "A render waits for five minutes", _older(shop, LATE_SECONDS), topic
    )
    late.AlarmActions = [Ref("ByAge")]
    del late.properties["OKActions"]
    says = "A render waits for half an hour: look at the workers' log"
    return alarm(template, "StuckRenders", says, _older(shop, STUCK_SECONDS), topic)


def _backlog(shop: str, parameters: Parameters) -> list[Any]:
    """Jobs that wait, divided by machines that work. Every web server tells the same number: the maximum."""
    own = [MetricDimension(Name=metrics.DIMENSION, Value=shop)]
    group = [MetricDimension(Name="AutoScalingGroupName", Value=parameters.name("render"))]
    return [
        _measure("waiting", metrics.NAMESPACE, metrics.JOBS_WAITING.name, own, "Maximum"),
        _measure("machines", "AWS/AutoScaling", "GroupInServiceInstances", group, "Average"),
        TargetTrackingMetricDataQuery(
            Id="backlog",
            Expression="IF(machines > 0, waiting / machines, waiting)",
            Label="Jobs waiting for each machine",
            ReturnData=True,
        ),
    ]


def _measure(id_: str, namespace: str, name: str, dimensions: list[Any], statistic: str) -> Any:
    stat = TargetTrackingMetricStat(
        Metric=Metric(Namespace=namespace, MetricName=name, Dimensions=dimensions), Stat=statistic
    )
    return TargetTrackingMetricDataQuery(Id=id_, MetricStat=stat, ReturnData=False)


def _step() -> Any:
    return ScalingPolicy(
        "ByAge",
        AutoScalingGroupName=Ref(GROUP),
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        StepAdjustments=[StepAdjustments(MetricIntervalLowerBound=0, ScalingAdjustment=2)],
    )


def _older(shop: str, seconds: float) -> Watch:
    return Watch(
        namespace=metrics.NAMESPACE,
        metric=metrics.OLDEST_JOB.name,
        dimensions={metrics.DIMENSION: shop},
        threshold=seconds,
        statistic="Maximum",
        periods=3,
        datapoints=3,
    )
