"""Keys and secrets."""

from __future__ import annotations

from collections.abc import Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.place import Place, Resource

SERVICE = "Keys and secrets"


def key(_resource: Resource, place: Place) -> Iterable[Line]:
    """A key of ours. What is asked of it costs cents: buckets and tables ask for a data key of hours."""
    yield place.line(SERVICE, "keys", 1, ("kms", "key"))


def secret(resource: Resource, place: Place) -> Iterable[Line]:
    """A secret, and each of its copies."""
    copies = 1 + len(resource.properties.get("ReplicaRegions", ()))
    yield place.line(SERVICE, "secrets", copies, ("secrets", "secret"))
