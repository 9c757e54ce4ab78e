"""Which properties can't be changed in place, by the schemas that cfn-lint brings along."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

_REGION = "us-east-1"  # has every type


class Effect(IntEnum):
    """What changing a property does to its resource, from mild to grave."""

    CHANGED = 1
    MAYBE_REPLACED = 2
    REPLACED = 3


def effect(kind: str, changed: tuple[str, ...]) -> Effect:
    """What a change at a path of properties (``VpcConfig``, ``SubnetIds``) does to a resource of a type."""
    always, sometimes = _fixed(kind)
    if any(_touches(path, changed) for path in always):
        return Effect.REPLACED
    return Effect.MAYBE_REPLACED if any(_touches(path, changed) for path in sometimes) else Effect.CHANGED


def _touches(fixed: tuple[str, ...], changed: tuple[str, ...]) -> bool:
    """Whether one path leads through the other; list positions and ``*`` stand for any."""
    return all(ours in ("*", theirs) for ours, theirs in zip(fixed, changed, strict=False))


@cache
def _fixed(kind: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    try:
        schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema
    except ResourceNotFoundError:
        return [], []  # a custom resource
    names = ("createOnlyProperties", "conditionalCreateOnlyProperties")
    always, sometimes = ([_path(pointer) for pointer in schema.get(name) or ()] for name in names)
    return always, sometimes


def _path(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/").replace("/properties/", "/").split("/"))
