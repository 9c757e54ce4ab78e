"""What a meter gets to know: a resource of a template, and the region with its load and prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.load import Load
from troposphere_stacks.cost.prices import Prices
from troposphere_stacks.cost.sizes import Size
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its prices, what it has to do, and all stacks of the deployment."""

    prices: Prices
    load: Load
    size: Size
    entries: tuple[Entry, ...]

    @property
    def region(self) -> str:
        return self.prices.region

    @property
    def resources(self) -> int:
        """How many resources the region has, for what is paid by resource."""
        return sum(len(e.template["Resources"]) for e in self.entries if e.region == self.region)

    def line(
        self, service: str, what: str, quantity: float, price: tuple[str, str], times: float = 1
    ) -> Line:
        """A line at ``times`` the table's price."""
        return Line(service, self.region, what, quantity, self.prices(*price) * times)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template, and the template around it."""

    entry: Entry
    name: str
    type: str
    properties: Mapping[str, Any]

    def value(self, value: object, place: Place) -> str:
        """A property's value, also where the operator may set it. Raises StackError for what isn't known."""
        if isinstance(value, dict) and value.get("Ref") in self.entry.static:
            parameter = str(value["Ref"])
            return place.size.set.get(parameter, self.entry.static[parameter])
        if isinstance(value, dict):
            raise StackError(
                f"{self.entry.key} {self.name}: the price depends on {value}, which isn't known here"
            )
        return str(value)

    def number(self, value: object, place: Place) -> float:
        """The same, of a number."""
        return float(self.value(value, place))

    def beside(self, type: str) -> Iterable[Mapping[str, Any]]:
        """The properties of resources of a type in the same template."""
        return (one.properties for one in resources(self.entry) if one.type == type)


def resources(entry: Entry) -> Iterable[Resource]:
    """The resources of a template, by name."""
    for name, content in sorted(entry.template["Resources"].items()):
        yield Resource(entry, name, content["Type"], content.get("Properties", {}))
