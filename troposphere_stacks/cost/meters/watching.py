"""What watches: alarms, dashboards, the trail, the recorder and its rules, and threat detection."""

from __future__ import annotations

from collections.abc import Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.place import Place, Resource

ALARMS, AUDIT = "Metrics and alarms", "Audit"
_CHANGES = 3
"""How often a resource changes in a month, each change an item of the recorder; assumed."""
_EVALUATIONS = 200
"""How often a rule looks in a month; assumed."""
_RULES_OF_A_PACK = 10
_API_CALLS = 1e6
"""Calls of the account in a month that GuardDuty reads, in each region; assumed."""
_DAYS = 30


def alarm(resource: Resource, place: Place) -> Iterable[Line]:
    """An alarm; one that looks more often than each minute costs three."""
    quick = float(resource.properties.get("Period", 60)) < 60
    yield place.line(ALARMS, "alarms", 1, ("cloudwatch", "alarm_quick" if quick else "alarm"))


def composite(_resource: Resource, place: Place) -> Iterable[Line]:
    """An alarm of alarms."""
    yield place.line(ALARMS, "alarms", 1, ("cloudwatch", "alarm"), 5)


def dashboard(_resource: Resource, place: Place) -> Iterable[Line]:
    """A dashboard; the first three of an account cost nothing, which isn't reckoned with."""
    yield place.line(ALARMS, "dashboards", 1, ("cloudwatch", "dashboard"))


def metric_filter(_resource: Resource, place: Place) -> Iterable[Line]:
    """A metric that is made of log lines."""
    yield place.line(ALARMS, "metrics of logs", 1, ("cloudwatch", "metric"))


def trail(resource: Resource, place: Place) -> Iterable[Line]:
    """The trail: management events cost nothing once, events of objects do."""
    chosen = (resource.properties.get("EventSelectors"), resource.properties.get("AdvancedEventSelectors"))
    if "AWS::S3::Object" in str(chosen):
        writes = (place.load.models * 60 + place.load.new_looks * 8) * place.load.regions / 1e6
        yield place.line(AUDIT, "events of objects, million", writes, ("trail", "data_events_million"))


def recorder(_resource: Resource, place: Place) -> Iterable[Line]:
    """The recorder, by items: each resource, as often as it changes."""
    yield place.line(AUDIT, "recorded items", place.resources * _CHANGES, ("config", "item"))


def rule(_resource: Resource, place: Place) -> Iterable[Line]:
    """A rule over what is recorded."""
    yield place.line(AUDIT, "rule evaluations", _EVALUATIONS, ("config", "evaluation"))


def pack(_resource: Resource, place: Place) -> Iterable[Line]:
    """A pack of such rules."""
    evaluations = _EVALUATIONS * _RULES_OF_A_PACK
    yield place.line(AUDIT, "rule evaluations", evaluations, ("config", "evaluation"))


def detector(_resource: Resource, place: Place) -> Iterable[Line]:
    """GuardDuty, by the calls and the network log that it reads."""
    yield place.line(AUDIT, "calls read, million", _API_CALLS / 1e6, ("guardduty", "events_million"))
    gigabytes = place.load.web_requests * place.load.habits.flow_kb / 1e6
    yield place.line(AUDIT, "flow log read, GB", gigabytes, ("guardduty", "flow_gb"))


def hub(_resource: Resource, place: Place) -> Iterable[Line]:
    """Security Hub, which looks at each resource each day."""
    yield place.line(AUDIT, "checks", place.resources * _DAYS, ("securityhub", "check"))
