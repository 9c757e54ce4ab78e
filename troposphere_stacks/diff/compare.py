"""Two built sets, compared resource by resource, with what follows from a replacement elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from troposphere_stacks.diff.built import Built
from troposphere_stacks.diff.replacing import Effect, effect
from troposphere_stacks.diff.values import differences, in_short, in_words, references

Key = tuple[str, str, str]
"""Region, stack, logical name."""


@dataclass(slots=True)
class Change:
    """What happens to one resource: ``verb`` is added, changed, maybe replaced, replaced or removed."""

    verb: str
    kind: str
    details: list[str] = field(default_factory=list)
    fate: str = ""  # of the old one, when it is replaced or removed


_VERBS = {Effect.CHANGED: "changed", Effect.MAYBE_REPLACED: "maybe replaced", Effect.REPLACED: "replaced"}


def compare(before: Built, after: Built) -> dict[Key, Change]:
    """Every resource that isn't as it was."""
    changes: dict[Key, Change] = {}
    for place in sorted(before.templates.keys() | after.templates.keys()):
        old = before.templates.get(place, {}).get("Resources", {})
        new = after.templates.get(place, {}).get("Resources", {})
        for name in sorted(old.keys() | new.keys()):
            change = _change(old.get(name), new.get(name))
            if change:
                changes[*place, name] = change
    _follow(changes, after)
    return changes


def _change(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Change | None:
    if old == new:
        return None
    if old is None:
        assert new is not None
        return Change("added", new["Type"])
    if new is None:
        return Change("removed", old["Type"], fate=_fate(old.get("DeletionPolicy")))
    if old["Type"] != new["Type"]:
        said = [f"type: {old['Type']} → {new['Type']}"]
        return Change("replaced", new["Type"], said, _fate(old.get("UpdateReplacePolicy")))
    return _altered(old, new)


def _altered(old: dict[str, Any], new: dict[str, Any]) -> Change | None:
    grave, details = Effect.CHANGED, []
    for path, was, now in differences(old.get("Properties", {}), new.get("Properties", {})):
        grave = max(grave, effect(new["Type"], path))
        details.append(in_words(path, was, now))
    for attribute in sorted((old.keys() | new.keys()) - {"Type", "Properties", "Metadata"}):
        if old.get(attribute) != new.get(attribute):
            details.append(f"{attribute}: {in_short(old.get(attribute), new.get(attribute))}")
    if old.get("Metadata") != new.get("Metadata"):
        details.append("what is said of it (metadata)")
    fate = _fate(old.get("UpdateReplacePolicy")) if grave == Effect.REPLACED else ""
    return Change(_VERBS[grave], new["Type"], details, fate) if details else None


def _fate(policy: str | None) -> str:
    if policy in ("Retain", "RetainExceptOnCreate"):
        return "the old one stays, without a stack"
    return "a last snapshot is taken" if policy == "Snapshot" else ""


def _follow(changes: dict[Key, Change], after: Built) -> None:
    """Where a fixed property names something that is replaced, its own resource is replaced as well."""
    users = _users(after)
    waiting = [key for key, change in changes.items() if change.verb == "replaced"]
    while waiting:
        origin = waiting.pop()
        for user, path in users.get(origin, ()):
            resource = after.templates[user[:2]]["Resources"][user[2]]
            change = changes.setdefault(user, Change("changed", resource["Type"]))
            change.details.append(f"{path[0]} follows {origin[2]}")
            fixed = effect(resource["Type"], path) == Effect.REPLACED
            if fixed and change.verb in ("changed", "maybe replaced"):
                change.verb, change.fate = "replaced", _fate(resource.get("UpdateReplacePolicy"))
                waiting.append(user)


def _users(built: Built) -> dict[Key, list[tuple[Key, tuple[str, ...]]]]:
    """For each resource, the properties that name it, directly or by the needs of another stack."""
    users: dict[Key, list[tuple[Key, tuple[str, ...]]]] = {}
    for place, template in built.templates.items():
        for name, resource in template["Resources"].items():
            for path, reference in references(resource.get("Properties", {})):
                for origin in _origins(built, place, reference):
                    users.setdefault(origin, []).append(((*place, name), path))
    return users


def _origins(built: Built, place: tuple[str, str], reference: str) -> list[Key]:
    """The resources behind a name: one of the same template, or those behind another stack's output."""
    if reference in built.templates[place]["Resources"]:
        return [(*place, reference)]
    source = built.needs[place].get(reference)
    if source is None or source[:2] not in built.templates:
        return []
    maker = source[:2]
    output = built.templates[maker].get("Outputs", {}).get(source[2], {})
    resources = built.templates[maker]["Resources"]
    return [(*maker, found) for _, found in references(output.get("Value")) if found in resources]
