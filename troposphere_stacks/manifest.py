"""All stacks of a deployment, built, tagged, checked against one another, and in deployment order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from troposphere_stacks.deployment import Deployment, Parameters, StackError
from troposphere_stacks.kit.tags import tag
from troposphere_stacks.stack import Stack, StackTemplate

UPLOAD_BYTES = 51_200
"""A template up to this size may travel in the request; a larger one is uploaded to a bucket first."""
LARGEST_BYTES = 1_000_000
MOST_RESOURCES = 500
_SOURCE = re.compile(r"(?:(?P<region>[a-z0-9-]+):)?(?P<stack>[a-z0-9-]+)\.(?P<output>[A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One stack in one region, ready to be deployed."""

    name: str  # without prefix
    stack: str  # CloudFormation's name
    region: str
    needs: Mapping[str, str]  # parameter: "region:stack-without-prefix.Output"
    static: Mapping[str, str]
    template: dict[str, Any]
    body: bytes

    @property
    def file(self) -> str:
        """Where :mod:`build` writes the template, below its folder."""
        return f"{self.region}/{self.stack}.json"

    @property
    def key(self) -> str:
        return f"{self.region}:{self.name}"

    def described(self) -> dict[str, object]:
        """The entry as ``manifest.json`` has it."""
        return {
            "stack": self.stack,
            "region": self.region,
            "file": self.file,
            "needs": dict(self.needs),
            "static": dict(self.static),
            "resources": len(self.template["Resources"]),
            "bytes": len(self.body),
        }


def resolve(deployment: Deployment, stacks: Iterable[Stack]) -> list[Entry]:
    """Build all stacks, in deployment order.

    Raises :class:`StackError` for a cycle, a need of what no stack gives, a parameter that nothing uses, and
    a template that is larger than CloudFormation takes.
    """
    known = tuple(stacks)
    entries = [
        _entry(stack, deployment, region) for stack in known for region in stack.where.regions(deployment)
    ]
    by_key = {entry.key: entry for entry in entries}
    homes = {stack.name: stack.where.regions(deployment)[:1] for stack in known if stack.replicated}
    return _ordered([(entry, _makers(entry, by_key, homes)) for entry in entries])


def as_json(value: object) -> bytes:
    """Sorted, indented JSON with a newline at its end: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def _entry(stack: Stack, deployment: Deployment, region: str) -> Entry:
    template = stack.build(Parameters(deployment=deployment, region=region))
    tag(template, {"Project": "storefront", "Environment": deployment.env.name, "Stack": stack.name})
    content: dict[str, Any] = template.to_dict()
    body = as_json(content)
    name = f"{deployment.prefix}-{stack.name}"
    _check_size(name, content, body)
    _check_used(name, content)
    return Entry(stack.name, name, region, _needs(name, template, region), template.statics, content, body)


def _check_size(name: str, content: Mapping[str, Any], body: bytes) -> None:
    if len(content["Resources"]) > MOST_RESOURCES or len(body) > LARGEST_BYTES:
        raise StackError(
            f"{name} has {len(content['Resources'])} resources in {len(body)} bytes; CloudFormation takes "
            f"{MOST_RESOURCES} in {LARGEST_BYTES}: split it"
        )


def _check_used(name: str, content: Mapping[str, Any]) -> None:
    used = set(_references([content["Resources"], content.get("Outputs"), content.get("Conditions")]))
    for parameter in content.get("Parameters", {}):
        if parameter not in used:
            raise StackError(f"{name} has a parameter {parameter} that nothing uses: remove it")


def _references(value: object) -> Iterable[str]:
    """Every name that a template's part refers to, by Ref or inside of Fn::Sub."""
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if "Fn::Sub" in value:
            text = value["Fn::Sub"]
            yield from re.findall(r"\$\{([A-Za-z0-9]+)\}", text if isinstance(text, str) else text[0])
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _references(part)


def _needs(name: str, template: StackTemplate, region: str) -> dict[str, str]:
    needs = {}
    for parameter, source in template.needs.items():
        match = _SOURCE.fullmatch(source)
        if not match:
            raise StackError(
                f"{name} needs {source!r} for {parameter}; expected stack.Output or region:stack.Output"
            )
        needs[parameter] = f"{match['region'] or region}:{match['stack']}.{match['output']}"
    return needs


def _makers(entry: Entry, entries: Mapping[str, Entry], homes: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The keys of the entries that must be there before this one."""
    makers = set()
    for parameter, source in entry.needs.items():
        place, output = source.rsplit(".", 1)
        region, stack = place.split(":")
        replicas = (f"{home}:{stack}" for home in homes.get(stack, ()))
        maker = next((entries[key] for key in (place, *replicas) if key in entries), None)
        if maker is None:
            raise StackError(f"{entry.key} needs {source} for {parameter}, but {region} has no stack {stack}")
        if output not in maker.template.get("Outputs", {}):
            raise StackError(f"{entry.key} needs {source} for {parameter}, but {stack} gives no {output}")
        makers.add(maker.key)
    return makers


def _ordered(waiting: list[tuple[Entry, set[str]]]) -> list[Entry]:
    """Makers before users; among those that could be next, the one that was named first."""
    done: dict[str, Entry] = {}
    while waiting:
        ready = next((pair for pair in waiting if pair[1] <= done.keys()), None)
        if ready is None:
            names = ", ".join(entry.key for entry, _ in waiting)
            raise StackError(f"stacks need one another in a circle, somewhere among: {names}")
        waiting.remove(ready)
        done[ready[0].key] = ready[0]
    return list(done.values())
