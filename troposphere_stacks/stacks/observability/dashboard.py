"""The dashboard: a graph for each signal, with its line in it, in panels of what belongs together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from troposphere import Ref
from troposphere.cloudwatch import Dashboard

from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import AT_MOST, Signal, text

ACROSS, WIDTH, HEIGHT = 4, 6, 6
"""Graphs in a row; width and height in the 24 columns of a dashboard."""

Widget = dict[str, object]


def add_dashboard(template: StackTemplate, name: str, region: str, signals: Sequence[Signal]) -> None:
    """Add the dashboard."""
    body = json.dumps({"widgets": _widgets(region, signals)}, sort_keys=True)
    dashboard = Dashboard("Dashboard", DashboardName=name, DashboardBody=text(body))
    template.add_resource(dashboard)
    template.give("DashboardName", Ref(dashboard), "The dashboard in CloudWatch")


def _widgets(region: str, signals: Sequence[Signal]) -> list[Widget]:
    widgets: list[Widget] = []
    top = 0
    for panel, group in groupby(signals, key=lambda signal: signal.panel):
        title: Widget = {"type": "text", "properties": {"markdown": f"## {panel}"}}
        widgets.append(_placed(title, 0, top, 24, 1))
        shown = list(group)
        for number, signal in enumerate(shown):
            row, column = divmod(number, ACROSS)
            graph: Widget = {"type": "metric", "properties": _graph(region, signal)}
            widgets.append(_placed(graph, column * WIDTH, top + 1 + row * HEIGHT, WIDTH, HEIGHT))
        top += 1 + HEIGHT * -(-len(shown) // ACROSS)
    return widgets


def _placed(widget: Widget, left: int, top: int, width: int, height: int) -> Widget:
    return widget | {"x": left, "y": top, "width": width, "height": height}


def _graph(region: str, signal: Signal) -> Widget:
    line = {
        "label": "alarm",
        "value": signal.threshold,
        "fill": "above" if signal.kept == AT_MOST else "below",
        "color": "#d13212",
    }
    return {
        "title": signal.name,
        "region": region,
        "period": signal.seconds,
        "view": "timeSeries",
        "metrics": _metrics(signal),
        "annotations": {"horizontal": [line]},
        "yAxis": {"left": {"min": 0}},
    }


def _metrics(signal: Signal) -> list[list[object]]:
    shown: list[list[object]] = []
    if signal.expression:
        shown.append([{"expression": signal.expression, "id": "result", "label": signal.name}])
    for number, measure in enumerate(signal.measures, start=1):
        dimensions = [part for pair in measure.dimensions.items() for part in pair]
        options = {"id": f"m{number}", "stat": measure.statistic, "visible": not signal.expression}
        shown.append([measure.namespace, measure.metric, *dimensions, options])
    return shown
