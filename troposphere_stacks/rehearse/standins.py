"""Stand-ins for the resource types that the emulator doesn't know.

A stand-in takes any properties (cfn-lint has judged them) and gives the attributes that CloudFormation's
schema of the type promises. It makes nothing: the rehearsal says which those were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

ACCOUNT = "000000000000"  # the emulator's
Handlers = dict[str, Any]

NOT_TAKEN = {"AWS::CloudWatch::Alarm": "Metrics"}
"""Properties with which the emulator refuses a type that it has: alarms over several metrics."""


def register(handlers: Handlers, types: list[str], region: str) -> list[str]:
    """Add a stand-in for each type that has no handler; returns those."""
    missing = sorted(set(types) - handlers.keys())
    for type_ in missing:
        handlers[type_] = handler(type_, region)
    for type_, refused in NOT_TAKEN.items():
        handlers[type_] = _either(handlers[type_], handler(type_, region), refused)
    return missing


def only_accepted(resource: Mapping[str, Any], missing: Collection[str]) -> bool:
    """Whether a resource of a template meets a stand-in."""
    refused = NOT_TAKEN.get(resource["Type"])
    return resource["Type"] in missing or (refused is not None and refused in resource.get("Properties", {}))


def handler(type_: str, region: str) -> dict[str, Any]:
    """Create, update and delete, as the emulator calls them."""
    promised = _attributes(type_, region)

    def attributes(name: str) -> dict[str, Any]:
        return {attribute: _value(attribute, type_, name, region) for attribute in promised}

    def create(logical_id: str, _: object, stack: str) -> tuple[str, dict[str, Any]]:
        name = f"{stack}-{logical_id}-{hashlib.sha256(f'{stack}/{logical_id}'.encode()).hexdigest()[:8]}"
        return name, attributes(name)

    def update(physical_id: str, *_: object) -> tuple[str, dict[str, Any]]:
        return physical_id, attributes(physical_id)

    def delete(*_: object) -> None:
        """There is nothing to delete."""

    return {"create": create, "update": update, "delete": delete}


def _either(real: dict[str, Any], standin: dict[str, Any], refused: str) -> dict[str, Any]:
    """The emulator's own handler, but the stand-in for resources with the property that it refuses."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        made: tuple[str, dict[str, Any]]
        made = (standin if refused in properties else real)["create"](logical_id, properties, stack)
        return made

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        (standin if refused in properties else real)["delete"](physical_id, properties)

    return {"create": create, "delete": delete}


def _attributes(type_: str, region: str) -> list[str]:
    """What ``Fn::GetAtt`` may ask for: ``/properties/Endpoint/Address`` is ``Endpoint.Address``."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, type_).schema
    return [
        path.removeprefix("/properties/").replace("/", ".") for path in schema.get("readOnlyProperties", ())
    ]


def _value(attribute: str, type_: str, name: str, region: str) -> str:
    service = type_.split("::")[1].lower()
    return (
        f"arn:aws:{service}:{region}:{ACCOUNT}:{name}" if attribute.endswith("Arn") else f"{name}-{attribute}"
    )
