"""Signals: a metric, or a sum of some, with the line it must not cross and what a person is told then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import GetAZs, Select, Sub
from troposphere.cloudwatch import Alarm, Metric, MetricDataQuery, MetricDimension, MetricStat

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate

AT_MOST, AT_LEAST = "GreaterThanThreshold", "LessThanThreshold"
ZONES = (1, 2, 3)
_VALUES = {f"Zone{zone}": Select(zone - 1, GetAZs("")) for zone in ZONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One metric; dimensions may hold ``${Parameter}``, and ``${Zone1}`` … for the region's zones."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"  # or a percentile: p95


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What is watched. ``expression`` is CloudWatch's metric mathematics over m1, m2 …; empty for m1 itself.

    The alarm rings when ``datapoints`` of ``periods`` times ``seconds`` lie beyond ``threshold``.
    """

    name: str
    panel: str
    says: str
    measures: Sequence[Measure]
    threshold: float
    expression: str = ""
    kept: str = AT_MOST
    seconds: int = 60
    periods: int = 5
    datapoints: int = 3
    missing: str = "notBreaching"
    rings: bool = True  # False: only shown, since the stack that has the resource rings


def add_alarms(template: StackTemplate, parameters: Parameters, signals: Sequence[Signal]) -> None:
    """An alarm for each signal, which tells the region's topic when it starts and when it ends."""
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    for signal in filter(lambda each: each.rings, signals):
        alarm = Alarm(
            signal.name,
            AlarmDescription=f"{signal.says} ({parameters.env.name}, {parameters.region})",
            Threshold=signal.threshold,
            ComparisonOperator=signal.kept,
            EvaluationPeriods=signal.periods,
            DatapointsToAlarm=signal.datapoints,
            TreatMissingData=signal.missing,
            AlarmActions=[topic],
            OKActions=[topic],
            **(_mathematics(signal) if signal.expression else _single(signal)),
        )
        template.add_resource(alarm)


def text(value: str) -> Any:
    """A text, with the parameters and zones in it filled in."""
    used = {name: made for name, made in _VALUES.items() if f"${{{name}}}" in value}
    return Sub(value, **used) if "${" in value else value


def _single(signal: Signal) -> dict[str, Any]:
    (measure,) = signal.measures
    kind = "ExtendedStatistic" if measure.statistic.startswith("p") else "Statistic"
    return {
        "Namespace": measure.namespace,
        "MetricName": measure.metric,
        "Dimensions": _dimensions(measure),
        "Period": signal.seconds,
        kind: measure.statistic,
    }


def _mathematics(signal: Signal) -> dict[str, Any]:
    result = MetricDataQuery(Id="result", Expression=signal.expression, Label=signal.name, ReturnData=True)
    parts = [
        MetricDataQuery(
            Id=f"m{number}",
            ReturnData=False,
            MetricStat=MetricStat(
                Metric=Metric(
                    Namespace=measure.namespace,
                    MetricName=measure.metric,
                    Dimensions=_dimensions(measure),
                ),
                Period=signal.seconds,
                Stat=measure.statistic,
            ),
        )
        for number, measure in enumerate(signal.measures, start=1)
    ]
    return {"Metrics": [result, *parts]}


def _dimensions(measure: Measure) -> list[Any]:
    return [MetricDimension(Name=name, Value=text(value)) for name, value in measure.dimensions.items()]
