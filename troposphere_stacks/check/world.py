"""The whole set with its references followed, across stacks and regions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from troposphere_stacks.deployment import Deployment
from troposphere_stacks.manifest import Entry


@dataclass(frozen=True, slots=True)
class Node:
    """One resource of one stack in one region."""

    entry: Entry
    name: str

    @property
    def resource(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.entry.template["Resources"][self.name]
        return found

    @property
    def type(self) -> str:
        return str(self.resource["Type"])

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.resource.get("Properties", {})
        return found

    @property
    def region(self) -> str:
        return self.entry.region

    @property
    def where(self) -> str:
        return f"{self.entry.region}/{self.entry.stack}/{self.name}"

    def __hash__(self) -> int:
        return hash((self.entry.key, self.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self.entry.key, self.name) == (other.entry.key, other.name)


class World:
    """All resources of a deployment."""

    def __init__(self, deployment: Deployment, entries: Iterable[Entry]) -> None:
        self.deployment = deployment
        self.entries = {entry.key: entry for entry in entries}

    @cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for entry in self.entries.values():
            for name, resource in entry.template["Resources"].items():
                found.setdefault(str(resource["Type"]), []).append(Node(entry, name))
        return found

    def all(self, *types: str) -> Iterator[Node]:
        """Every resource of these types (``AWS::`` left out)."""
        for type_ in types:
            yield from self._by_type.get(f"AWS::{type_}", ())

    def value(self, entry: Entry, value: object) -> object:
        """A value with parameters and outputs followed: a :class:`Node` for what refers to a resource, the
        text for what an operator gives, else the value as it is.
        """
        if not isinstance(value, dict) or len(value) != 1:
            return value
        [(function, given)] = value.items()
        if function == "Ref":
            return self._ref(entry, str(given))
        if function == "Fn::GetAtt":
            name = given[0] if isinstance(given, list) else str(given).split(".")[0]
            return Node(entry, name)
        if function == "Fn::Join":
            return [self.value(entry, part) for part in given[1]] if isinstance(given[1], list) else value
        if function == "Fn::Select" and isinstance(given[1], list) and str(given[0]).isdigit():
            return self.value(entry, given[1][int(given[0])])
        if function == "Fn::If":
            return self.value(entry, given[1])
        return value

    def values(self, entry: Entry, value: object) -> list[Any]:
        """Each of a list, which may be written here, or joined into one output by another stack."""
        if isinstance(value, list):
            return [found for each in value for found in self.values(entry, each)]
        found = self.value(entry, value)
        return found if isinstance(found, list) else [found]

    def node(self, entry: Entry, value: object) -> Node | None:
        """The resource that a value refers to, if it does."""
        found = self.value(entry, value)
        return found if isinstance(found, Node) else None

    def nodes(self, entry: Entry, value: object) -> list[Node]:
        """The resources that a list's values refer to."""
        return [each for each in self.values(entry, value) if isinstance(each, Node)]

    def mentioned(self, entry: Entry, value: object) -> set[Node]:
        """Every resource that is referred to anywhere within a value, inside of ``Fn::Sub``, too."""
        return {node for each in self._references(value) if (node := self.node(entry, each))}

    def _references(self, value: object) -> Iterator[dict[str, Any]]:
        if isinstance(value, list):
            for each in value:
                yield from self._references(each)
        if not isinstance(value, dict):
            return
        if value.keys() & {"Ref", "Fn::GetAtt"}:
            yield value
        if "Fn::Sub" in value:
            text = value["Fn::Sub"]
            found = re.findall(r"\$\{([A-Za-z0-9]+)", text if isinstance(text, str) else text[0])
            yield from ({"Ref": name} for name in found)
        for each in value.values():
            yield from self._references(each)

    def _ref(self, entry: Entry, name: str) -> object:
        if name in entry.template["Resources"]:
            return Node(entry, name)
        if name in entry.needs:
            return self._needed(entry.needs[name])
        if name in entry.static:
            return entry.static[name]
        return entry.region if name == "AWS::Region" else {"Ref": name}

    def _needed(self, source: str) -> object:
        place, output = source.rsplit(".", 1)
        maker = self.entries.get(place)
        if maker is None:  # a replica, of which the stack is in another region
            stack = place.split(":")[1]
            maker = next(entry for entry in self.entries.values() if entry.name == stack)
        return self.value(maker, maker.template["Outputs"][output]["Value"])
