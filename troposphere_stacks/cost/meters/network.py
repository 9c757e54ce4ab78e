"""Gateways, endpoints, addresses, the balancer, and bytes that cross lines which cost."""

from __future__ import annotations

from collections.abc import Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.cost.prices import HOURS

_NAT_GB = 10
"""What machines fetch of the internet in a month through one gateway, besides payments; assumed."""
_ZONES = 3
_ORDER_KB = 60
"""What an order sends to the payment provider and gets back; assumed."""
_CONNECTIONS_OF_A_UNIT = 25
"""New connections a second of a capacity unit; each request is taken for a new one."""


def nat(_resource: Resource, place: Place) -> Iterable[Line]:
    """A NAT gateway, by the hour and by what goes through it."""
    yield place.line("NAT gateways", "hours", HOURS, ("network", "nat_hour"))
    gigabytes = _NAT_GB + place.load.orders * _ORDER_KB / 1e6
    yield place.line("NAT gateways", "GB", gigabytes, ("network", "nat_gb"))


def address(_resource: Resource, place: Place) -> Iterable[Line]:
    """A public IPv4 address."""
    yield place.line("Public addresses", "hours", HOURS, ("network", "ipv4_hour"))


def endpoint(resource: Resource, place: Place) -> Iterable[Line]:
    """An interface endpoint, in as many zones as it names subnets; gateways cost nothing."""
    if resource.properties.get("VpcEndpointType") == "Interface":
        zones = len(resource.properties["SubnetIds"])
        yield place.line("VPC endpoints", "hours", HOURS * zones, ("network", "endpoint_hour"))


def flow_log(_resource: Resource, place: Place) -> Iterable[Line]:
    """What the network's log writes."""
    gigabytes = place.load.web_requests * place.load.habits.flow_kb / 1e6
    yield place.line("Logs", "flow log GB", gigabytes, ("cloudwatch", "vended_gb"))


def peering(_resource: Resource, place: Place) -> Iterable[Line]:
    """Statements of other regions' checkouts on their way to the writer."""
    gigabytes = place.load.orders * _ORDER_KB / 1e6
    yield place.line("Between regions", "GB", gigabytes, ("network", "regions_gb"))


def balancer(_resource: Resource, place: Place) -> Iterable[Line]:
    """A load balancer: hours, an address in each zone, and units for connections or bytes."""
    yield place.line("Load balancers", "hours", HOURS, ("balancer", "hour"))
    yield place.line("Public addresses", "hours", HOURS * _ZONES, ("network", "ipv4_hour"))
    by_connections = place.load.web_requests / 3600 / _CONNECTIONS_OF_A_UNIT
    units = max(by_connections, place.load.web_gb)
    yield place.line("Load balancers", "capacity unit hours", units, ("balancer", "unit_hour"))
