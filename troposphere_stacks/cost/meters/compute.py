"""Machines of the web and render tiers, and functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.load import MONTH, Load
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.cost.prices import HOURS
from troposphere_stacks.deployment import StackError

_PROCESSORS = {"medium": 1, "large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16}
_OWN_METRICS = 20
"""Metrics that the shop itself sends; assumed."""


def group(resource: Resource, place: Place) -> Iterable[Line]:
    """A group of machines: as many as the load asks for in the mean, between its bounds."""
    kind = _type(resource, place)
    number = machines(resource, place, kind)
    fixed, spot = _split(resource, place, number)
    service = "Web machines" if resource.entry.name == "web" else "Render machines"
    yield place.line(service, f"{kind} on demand, hours", fixed * HOURS, ("ec2", kind))
    share = place.prices("spot", "share")
    yield place.line(service, f"{kind} Spot, hours", spot * HOURS, ("ec2", kind), share)
    yield place.line(service, "disk GB", number * _disk(resource, place), ("ebs", "gp3_gb_month"))
    if resource.entry.name == "web":
        yield from _web(place)


def machines(resource: Resource, place: Place, kind: str) -> float:
    """How many run in the mean. Raises StackError where the busiest minutes need more than there may be."""
    web = resource.entry.name == "web"
    habits = place.load.habits
    processors = _processors(kind) * (habits.busy if web else habits.renders_busy)
    wanted = (place.load.web_cpu if web else place.load.render_cpu) / MONTH / processors
    at_peak = place.load.peak_cpu / processors if web else wanted
    most = resource.number(resource.properties["MaxSize"], place)
    if at_peak > most:
        raise StackError(
            f"{place.size.name}: the busiest minutes need {at_peak:.0f} machines of {resource.entry.name} in "
            f"{place.region}, and its MaxSize is {most:.0f}: raise it in ENVIRONMENTS"
        )
    return max(resource.number(resource.properties["MinSize"], place), wanted)


def function(resource: Resource, place: Place) -> Iterable[Line]:
    """A function, by its calls and their time in memory."""
    calls, seconds = _calls(resource.name, place.load)
    memory = resource.number(resource.properties.get("MemorySize", 128), place) / 1024
    yield place.line("Functions", "requests, million", calls / 1e6, ("lambda", "requests_million"))
    yield place.line("Functions", "GB seconds", calls * seconds * memory, ("lambda", "gb_second"))


def _calls(name: str, load: Load) -> tuple[float, float]:
    """Calls a month and seconds of one; a function that isn't named here is hardly ever called."""
    known = {
        "CartUpdates": (2 * load.additions, 0.1),
        "Authentication": (5 * load.sign_ins, 0.4),
        "CatalogChanges": (3 * load.models, 5.0),
    }
    return known.get(name.removesuffix("Function"), (10, 1.0))


def _web(place: Place) -> Iterable[Line]:
    """What the web tier writes: its log, metrics and letters."""
    logs = place.load.web_requests * place.load.habits.log_kb / 1e6
    yield place.line("Logs", "web log GB", logs, ("cloudwatch", "logs_gb"))
    yield place.line("Metrics and alarms", "metrics of ours", _OWN_METRICS, ("cloudwatch", "metric"))
    letters = place.load.orders * place.load.habits.letters / 1000
    yield place.line("Letters", "thousand", letters, ("ses", "letters_thousand"))
    # Each request crosses zones about twice: balancer to machine, machine to a store.
    yield place.line("Between zones", "GB", 4 * place.load.web_gb, ("network", "zones_gb"))


def _mixed(resource: Resource) -> Mapping[str, Any]:
    policy: Mapping[str, Any] = resource.properties["MixedInstancesPolicy"]
    return policy


def _type(resource: Resource, place: Place) -> str:
    overrides = _mixed(resource)["LaunchTemplate"]["Overrides"]
    return resource.value(overrides[0]["InstanceType"], place)


def _split(resource: Resource, place: Place, number: float) -> tuple[float, float]:
    """How many are on demand, and how many Spot."""
    rule = _mixed(resource)["InstancesDistribution"]
    base = min(number, resource.number(rule.get("OnDemandBaseCapacity", 0), place))
    share = resource.number(rule.get("OnDemandPercentageAboveBaseCapacity", 100), place) / 100
    fixed = base + (number - base) * share
    return fixed, number - fixed


def _disk(resource: Resource, place: Place) -> float:
    """GB of a machine's volumes, as its launch template says."""
    return sum(
        resource.number(mapping["Ebs"]["VolumeSize"], place)
        for template in resource.beside("AWS::EC2::LaunchTemplate")
        for mapping in template["LaunchTemplateData"].get("BlockDeviceMappings", ())
    )


def _processors(kind: str) -> int:
    family, _, size = kind.partition(".")
    if size not in _PROCESSORS:
        raise StackError(f"nobody knows how many processors {kind} has: add {size} to cost/meters/compute.py")
    return 2 if family.startswith("t") else _PROCESSORS[size]
