"""The comparison as a person reads it: what touches the network first, then data, then the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set

from rich.text import Text

from troposphere_stacks.diff.built import Built
from troposphere_stacks.diff.compare import Change, Key, compare

_SECTIONS = {
    "Network": ("AWS::EC2::", "AWS::ElasticLoadBalancingV2::", "AWS::Route53::", "AWS::CloudFront::"),
    "Data": (
        "AWS::RDS::", "AWS::DynamoDB::", "AWS::S3::", "AWS::KMS::", "AWS::ElastiCache::",
        "AWS::SecretsManager::", "AWS::SQS::",
    ),
    "Everything else": ("",),
}  # fmt: skip
_MACHINES = ("AWS::EC2::LaunchTemplate", "AWS::EC2::Instance")
_SIGNS = {"removed": "-", "replaced": "!", "maybe replaced": "?", "changed": "~", "added": "+"}
"""From grave to mild, as they are listed."""
_STYLES = {"removed": "red", "replaced": "bold red", "maybe replaced": "yellow", "added": "green"}
_GRAVE = ("removed", "replaced")
_LOSS = "WHAT IS IN IT IS LOST"
_MOST_DETAILS = 6


def report(before: Built, after: Built) -> Iterator[Text]:
    """The lines of the report on what leads from one set to the other."""
    changes = compare(before, after)
    new = after.templates.keys() - before.templates.keys()
    if not changes:
        yield Text("Nothing would change.")
        return
    counts = Counter(change.verb for change in changes.values())
    yield Text(", ".join(f"{counts[verb]} {verb}" for verb in _SIGNS if counts[verb]), "bold")
    for section in _SECTIONS:
        chosen = {key: change for key, change in changes.items() if _section(change) == section}
        if chosen:
            yield Text(f"\n{section}", "bold")
            yield from _stacks(chosen, new)


def _section(change: Change) -> str:
    for section, beginnings in _SECTIONS.items():
        if change.kind.startswith(beginnings) and not (section == "Network" and change.kind in _MACHINES):
            return section
    return "Everything else"


def _stacks(changes: dict[Key, Change], new: Set[tuple[str, str]]) -> Iterator[Text]:
    """By stack; regions in which the same happens share its lines, and a new stack is told in one."""
    blocks: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    lines: dict[tuple[str, tuple[str, ...]], list[Text]] = {}
    for region, stack in dict.fromkeys(key[:2] for key in changes):
        own = {key[2]: change for key, change in changes.items() if key[:2] == (region, stack)}
        said = [_whole(own)] if (region, stack) in new else list(_resources(own))
        same = (stack, tuple(line.plain for line in said))
        blocks.setdefault(same, []).append(region)
        lines[same] = said
    for same, regions in blocks.items():
        yield Text(f"  {same[0]} in {', '.join(regions)}", "cyan")
        yield from lines[same]


def _whole(changes: dict[str, Change]) -> Text:
    kinds = Counter(change.kind.split("::")[-1] for change in changes.values())
    return Text(
        f"    + new      {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}", "green"
    )


def _resources(changes: dict[str, Change]) -> Iterator[Text]:
    order = list(_SIGNS)
    for name, change in sorted(changes.items(), key=lambda pair: (order.index(pair[1].verb), pair[0])):
        style = _STYLES.get(change.verb, "")
        fate = change.fate or (_LOSS if change.verb in _GRAVE and _section(change) == "Data" else "")
        kind = change.kind.removeprefix("AWS::")
        yield Text(
            f"    {_SIGNS[change.verb]} {change.verb:<8} {name} ({kind}){' — ' if fate else ''}{fate}", style
        )
        for detail in change.details[:_MOST_DETAILS]:
            yield Text(f"                 {detail}", "dim")
        if len(change.details) > _MOST_DETAILS:
            yield Text(f"                 and {len(change.details) - _MOST_DETAILS} more", "dim")
