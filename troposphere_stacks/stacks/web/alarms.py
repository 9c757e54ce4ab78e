"""What a bad release does to shoppers. Each of these alarms ends a refresh, and the stack goes back."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt

from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.web import balancer

MOST_ERRORS = 25
"""Answers of 5xx a minute: a few come from stores that blink, a bad release makes hundreds."""
SLOWEST_SECONDS = 2.0


def add(template: StackTemplate, target: Any) -> list[Any]:
    """Add the alarms."""
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    dimensions = {
        "LoadBalancer": GetAtt(balancer.TITLE, "LoadBalancerFullName"),
        "TargetGroup": GetAtt(target, "TargetGroupFullName"),
    }
    watches = (
        (
            "ErrorsOfServers",
            "Web servers answer with errors",
            "HTTPCode_Target_5XX_Count",
            "Sum",
            MOST_ERRORS,
        ),
        ("SlowServers", "Web servers take seconds to answer", "TargetResponseTime", "p95", SLOWEST_SECONDS),
        ("SickServers", "Web servers fail their health checks", "UnHealthyHostCount", "Maximum", 0),
    )
    return [
        alarm(template, title, says, _watch(metric, statistic, threshold, dimensions), topic)
        for title, says, metric, statistic, threshold in watches
    ]


def _watch(metric: str, statistic: str, threshold: float, dimensions: dict[str, Any]) -> Watch:
    return Watch(
        namespace="AWS/ApplicationELB",
        metric=metric,
        dimensions=dimensions,
        threshold=threshold,
        statistic=statistic,
        periods=5,
        datapoints=3,
    )
