"""Tags on everything that takes them, put on finished templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troposphere import Tags
from troposphere.autoscaling import Tag as GroupTag

_OTHER_NAMES = {"AWS::Route53::HostedZone": "HostedZoneTags", "AWS::Route53::HealthCheck": "HealthCheckTags"}


def tag(template: Any, tags: Mapping[str, str]) -> None:
    """Add ``tags`` to every resource whose type takes some; what a resource says itself wins."""
    for resource in template.resources.values():
        if resource.resource_type == "AWS::DynamoDB::GlobalTable":
            for replica in resource.properties["Replicas"]:
                _add(replica, "Tags", tags)
        elif resource.resource_type == "AWS::AutoScaling::AutoScalingGroup":
            own = resource.properties.get("Tags", [])
            resource.Tags = own + [GroupTag(key, value, True) for key, value in tags.items()]
        else:
            _add(resource, _OTHER_NAMES.get(resource.resource_type, "Tags"), tags)


def named(name: object, **more: object) -> Any:
    """Tags with a ``Name``, which the console shows."""
    return Tags(Name=name, **more)


def _add(resource: Any, prop: str, tags: Mapping[str, str]) -> None:
    if prop not in resource.props:
        return
    own = resource.properties.get(prop)
    if resource.props[prop][0] is dict:
        setattr(resource, prop, {**tags, **(own or {})})
    else:
        said = [] if own is None else own.to_dict() if isinstance(own, Tags) else list(own)
        new = {key: value for key, value in tags.items() if key not in {pair["Key"] for pair in said}}
        pairs = {pair["Key"]: pair["Value"] for pair in said} | new
        setattr(resource, prop, _shaped(resource.props[prop][0], pairs))


def _shaped(wanted: Any, pairs: Mapping[str, object]) -> object:
    """Tags in the shape that a class asks for: troposphere's, plain dicts, or a class of the service."""
    if wanted is Tags:
        return Tags(pairs)
    own_class = wanted[0] if isinstance(wanted, list) else dict
    return [own_class(Key=key, Value=value) for key, value in pairs.items()]
