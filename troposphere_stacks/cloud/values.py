"""The parameters of a stack: what other stacks gave, and what the operator says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.there import There, look
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry

PREFIX_LIST = "prefix-list:"
"""What a static value begins with that names a list of addresses of AWS, whose id differs by region."""


def stream_of(account: Account, region: str, table: str) -> str:
    """The stream of a table's replica."""
    described = account.client("dynamodb", region).describe_table(TableName=table)["Table"]
    return str(described["LatestStreamArn"])


@dataclass(slots=True)
class Values:
    """Parameters of stacks. ``told`` are the operator's, by (stack without prefix, parameter)."""

    account: Account
    entries: Mapping[str, Entry]
    told: Mapping[tuple[str, str], str] = field(default_factory=dict)
    stream: Callable[[Account, str, str], str] = stream_of
    _there: dict[str, There] = field(default_factory=dict)

    def of(self, entry: Entry) -> dict[str, str]:
        """All parameters of a stack: the operator's words first, then what they were, then the default.

        Raises :class:`StackError` where another stack's output isn't there.
        """
        known = self.there(entry).parameters
        statics = {name: self.chosen(entry, name, known.get(name, "")) for name in entry.static}
        return {
            **statics,
            **self._late(entry),
            **{name: self.output(source) for name, source in entry.needs.items()},
        }

    def chosen(self, entry: Entry, name: str, known: str) -> str:
        """A static value: the operator's word, else what it was (``known``), else the default."""
        told = self.told.get((entry.name, name))
        if told is not None:  # to say nothing is a word, too: it brings a withdrawn region back
            return told
        return _kept(entry, name, known) or self._found(entry.region, entry.static[name])

    def there(self, entry: Entry) -> There:
        """The stack as it is in the account; asked once until :meth:`forget`."""
        if entry.key not in self._there:
            self._there[entry.key] = look(self.account, entry.region, entry.stack)
        return self._there[entry.key]

    def forget(self, entry: Entry) -> None:
        """Ask again next time."""
        self._there.pop(entry.key, None)

    def lacks(self, entry: Entry) -> bool:
        """Whether the stack needs something of one that isn't there yet."""
        places = {source.rsplit(".", 1)[0] for source in entry.needs.values()}
        return any(place in self.entries and not self.there(self.entries[place]).exists for place in places)

    def output(self, source: str) -> str:
        """The value of ``region:stack.Output``."""
        place, output = source.rsplit(".", 1)
        if place not in self.entries:
            return self._of_replica(place, output)
        found = self.there(self.entries[place]).outputs.get(output)
        if found is None:
            raise StackError(f"{place} gives no {output} yet; deploy it first")
        return found

    def _of_replica(self, place: str, output: str) -> str:
        """A table's stream in a region where its stack isn't: the service there knows it."""
        region, stack = place.split(":")
        home = next(entry for entry in self.entries.values() if entry.name == stack)
        table = self.output(f"{home.key}.{output.removesuffix('StreamArn')}TableName")
        return self.stream(self.account, region, table)

    def _late(self, entry: Entry) -> dict[str, str]:
        """What can only be known after stacks that come later; until then the default stays."""
        if entry.name != "storage":
            return {}
        buckets = [each for each in self.entries.values() if each.name == "storage" and each is not entry]
        ready = bool(buckets) and all(self.there(each).exists for each in buckets)
        edge = next((each for each in self.entries.values() if each.name == "edge"), None)
        exact = self.there(edge).outputs.get("DistributionArn", "") if edge else ""
        return {"EnableReplication": "true" if ready else "false", "DistributionArn": exact}

    def _found(self, region: str, default: str) -> str:
        if not default.startswith(PREFIX_LIST):
            return default
        name = default.removeprefix(PREFIX_LIST)
        wanted: list[dict[str, Any]] = [{"Name": "prefix-list-name", "Values": [name]}]
        lists = self.account.client("ec2", region).describe_managed_prefix_lists(Filters=wanted)[
            "PrefixLists"
        ]
        if not lists:
            raise StackError(f"{region} has no prefix list {name}; say its id with --set")
        return str(lists[0]["PrefixListId"])


def _kept(entry: Entry, name: str, known: str) -> str:
    """What a value was before. Of a name in Parameter Store some answer with what it stood for then."""
    declared = str(entry.template["Parameters"][name]["Type"])
    return "" if declared.startswith("AWS::SSM::Parameter::Value") and not known.startswith("/") else known
