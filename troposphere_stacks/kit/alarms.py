"""Alarms, beside the resources that they watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import Template
from troposphere.cloudwatch import Alarm, MetricDimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A metric and the line that it must not cross: ``datapoints`` of ``periods`` times ``seconds``."""

    namespace: str
    metric: str
    dimensions: Mapping[str, object]
    threshold: float
    statistic: str = "Sum"  # or a percentile: p95
    comparison: str = "GreaterThanThreshold"
    seconds: int = 60
    periods: int = 5
    datapoints: int = 3
    missing: str = "notBreaching"


def alarm(template: Template, title: str, says: str, watch: Watch, topic: object) -> Any:
    """An alarm that tells ``topic`` when it starts and ends; ``says`` is what a person reads at night."""
    statistic = {"ExtendedStatistic" if watch.statistic.startswith("p") else "Statistic": watch.statistic}
    made = Alarm(
        title,
        AlarmDescription=says,
        Namespace=watch.namespace,
        MetricName=watch.metric,
        Dimensions=[MetricDimension(Name=name, Value=value) for name, value in watch.dimensions.items()],
        Threshold=watch.threshold,
        ComparisonOperator=watch.comparison,
        Period=watch.seconds,
        EvaluationPeriods=watch.periods,
        DatapointsToAlarm=watch.datapoints,
        TreatMissingData=watch.missing,
        AlarmActions=[topic],
        OKActions=[topic],
        **statistic,
    )
    return template.add_resource(made)
