"""What is watched: one list of signals, of which both the alarms and the dashboard are made.

``observability`` is in each region, ``observability-global`` where CloudFront, its firewall and Route 53
keep their metrics. The alarms ask what shoppers feel first, and only then what machines feel.
"""

from __future__ import annotations

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.observability.dashboard import add_dashboard
from troposphere_stacks.stacks.observability.functions import function_signals
from troposphere_stacks.stacks.observability.jobs import job_signals
from troposphere_stacks.stacks.observability.serving import serving_signals
from troposphere_stacks.stacks.observability.signals import Signal, add_alarms
from troposphere_stacks.stacks.observability.stores import store_signals
from troposphere_stacks.stacks.observability.worldwide import worldwide_signals


def build(parameters: Parameters) -> StackTemplate:
    """The alarms and the dashboard of one region."""
    template = StackTemplate("Alarms and dashboard of one region")
    makers = (serving_signals, job_signals, function_signals, store_signals)
    signals = [signal for maker in makers for signal in maker(template, parameters)]
    return _shown(template, parameters, parameters.region, signals)


def build_global(parameters: Parameters) -> StackTemplate:
    """The alarms and the dashboard of the edge."""
    template = StackTemplate("Alarms and dashboard of the edge and of failover")
    return _shown(template, parameters, "edge", worldwide_signals(template, parameters))


def _shown(
    template: StackTemplate, parameters: Parameters, part: str, signals: list[Signal]
) -> StackTemplate:
    add_alarms(template, parameters, signals)
    add_dashboard(template, parameters.name(part), parameters.region, signals)
    return template


STACK = Stack("observability", build, Where.EVERY)
GLOBAL = Stack("observability-global", build_global, Where.GLOBAL)
