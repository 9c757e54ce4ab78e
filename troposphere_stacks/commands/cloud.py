"""``deploy``, ``status`` and ``destroy``: the set in an AWS account."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.deployment import Deployment, StackError
from troposphere_stacks.manifest import Entry, resolve
from troposphere_stacks.stacks import STACKS

if TYPE_CHECKING:
    from troposphere_stacks.cloud.change import Changer
    from troposphere_stacks.cloud.rollout import Done
    from troposphere_stacks.cloud.values import Values

_DEPLOY = """\
Bring the whole set to an AWS account, in order, each stack by a change set. Refuses while `check` finds
anything. A stack that fails is rolled back by CloudFormation, and nothing after it is touched; run the
command again to go on. Where alarms of web servers are there already, one that rings takes the change back.

Values that an operator may change (the manifest's "static") keep what they were; --set STACK.NAME=VALUE
changes one, for example a release or --set web.ReleaseVersion=… of an earlier one, which rolls it back.
"""
_DESTROY = """\
Delete every stack, in reverse order. Buckets, tables, keys and logs stay, as their resources say, and
databases leave a snapshot; in environments with deletion protection that has to be lifted by hand first.
"""


def add(subparsers: Any) -> None:
    _add(subparsers, "deploy", "bring the set to an AWS account, stack by stack", _DEPLOY, _deploy, told=True)
    _add(
        subparsers,
        "status",
        "say how each stack in the account is",
        "Ask CloudFormation for each stack.",
        _status,
    )
    _add(subparsers, "destroy", "delete every stack of the set", _DESTROY, _destroy)


def _add(subparsers: Any, name: str, help_: str, about: str, run: Any, *, told: bool = False) -> None:
    parser = subparsers.add_parser(
        name, help=help_, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_deployment(parser)
    parser.add_argument("--endpoint", default="", metavar="URL", help="an emulator in place of AWS")
    if told:
        parser.add_argument(
            "--set", action="append", default=[], metavar="STACK.NAME=VALUE", help="may be repeated"
        )
        parser.add_argument(
            "--release", type=Path, metavar="FILE", help="the release.json that `release` wrote"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )
    if name == "destroy":
        parser.add_argument(
            "--confirm", default="", metavar="PREFIX", help="the prefix of the stacks, to be sure"
        )
    parser.set_defaults(run=run)


def _deploy(arguments: argparse.Namespace) -> int:
    from troposphere_stacks.cloud.rollout import deploy, refuse_unknown

    deployment = chosen(arguments)
    entries = resolve(deployment, STACKS)
    told = {**_released(arguments.release), **dict(_told(each) for each in arguments.set)}
    refuse_unknown(told, entries)
    _refuse_findings(deployment)
    changer, values = _tools(arguments.endpoint, entries, told)
    for done in deploy(entries, changer, values, protect=deployment.env.protected, dry=arguments.dry_run):
        _say(done)
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from troposphere_stacks.cloud.rollout import statuses

    entries = resolve(chosen(arguments), STACKS)
    _, values = _tools(arguments.endpoint, entries, {})
    table, well = Table("region", "stack", "status", "reason"), True
    for entry, there in statuses(entries, values):
        well = well and there.well
        table.add_row(entry.region, entry.stack, there.status, there.reason)
    Console().print(table)
    return 0 if well else 1


def _destroy(arguments: argparse.Namespace) -> int:
    from troposphere_stacks.cloud.rollout import destroy

    deployment = chosen(arguments)
    if arguments.confirm != deployment.prefix:
        raise StackError(
            f"this deletes all stacks of {deployment.prefix}; say so with --confirm {deployment.prefix}"
        )
    entries = resolve(deployment, STACKS)
    changer, values = _tools(arguments.endpoint, entries, {})
    for done in destroy(entries, changer, values):
        _say(done)
    return 0


def _tools(
    endpoint: str, entries: Sequence[Entry], told: dict[tuple[str, str], str]
) -> tuple[Changer, Values]:
    from troposphere_stacks.cloud.account import Account
    from troposphere_stacks.cloud.change import Changer
    from troposphere_stacks.cloud.rollout import alarms, buckets
    from troposphere_stacks.cloud.values import Values

    account = Account(endpoint)
    values = Values(account, {entry.key: entry for entry in entries}, told)
    return Changer(account, lambda: buckets(entries, values), alarms(entries, values)), values


def _refuse_findings(deployment: Deployment) -> None:
    from troposphere_stacks.check.scanners import SCANNERS
    from troposphere_stacks.commands.check import GRAPH, check

    found = check(deployment, (*SCANNERS, GRAPH)).findings
    if found:
        raise StackError(
            f"`check` finds {len(found)} things, the first in {found[0].where}: {found[0].message}"
        )


def _released(file: Path | None) -> dict[tuple[str, str], str]:
    """What a release tells the stacks of machines and functions."""
    if file is None:
        return {}
    try:
        parameters = json.loads(file.read_bytes())["parameters"]
        return {
            (stack, name): str(value) for stack, given in parameters.items() for name, value in given.items()
        }
    except (ValueError, KeyError, AttributeError):
        raise StackError(f"--release takes a release.json that `release` wrote; {file} is none") from None


def _told(text: str) -> tuple[tuple[str, str], str]:
    name, equals, value = text.partition("=")
    stack, dot, parameter = name.partition(".")
    if not equals or not dot:
        raise StackError(f"--set takes STACK.NAME=VALUE, not {text!r}")
    return (stack, parameter), value


def _say(done: Done) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{done.entry.key}[/] {done.what}")
    for change in done.changes if done.what in ("planned", "updated") else ():
        console.print(f"  {change}")
