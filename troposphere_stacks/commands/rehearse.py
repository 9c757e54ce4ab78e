"""``rehearse``: the whole deployment against an emulator on this machine."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from rich.console import Console

from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.manifest import resolve
from troposphere_stacks.stacks import STACKS

_ABOUT = """\
Create every stack in order against MiniStack, an emulator of AWS that runs on this machine; change every
stack; delete them all. Finds what no template shows by itself: outputs that aren't there, values of the wrong
shape, an order that doesn't work, stacks that can't be deleted. At the end it says which types of resources
the emulator really made, and which it only accepted. Costs nothing and needs no account.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "rehearse",
        help="create, change and delete all stacks on this machine, in an emulator",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_deployment(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Rehearse. Raises :class:`StackError` at the first stack that fails."""
    from troposphere_stacks.rehearse.emulator import emulator
    from troposphere_stacks.rehearse.rehearsal import rehearse

    console = Console(highlight=False)
    entries = resolve(chosen(arguments), STACKS)
    types = [str(each["Type"]) for entry in entries for each in entry.template["Resources"].values()]
    with emulator(types) as running:
        done = rehearse(
            entries,
            running,
            lambda step, each: console.print(f"{step}: {each.entry.key} {each.what}", soft_wrap=True),
        )
    console.print(f"really made: {done.real.total()} resources of {len(done.real)} types")
    console.print(f"only accepted: {done.accepted.total()} resources of {len(done.accepted)} types:")
    console.print(_counted(done.accepted), soft_wrap=True)
    if done.left:
        console.print(f"[red]still there: {', '.join(done.left)}[/]")
        return 1
    console.print(f"[green]{done.stacks} stacks were created, updated and deleted; nothing is left[/]")
    return 0


def _counted(types: Counter[str]) -> str:
    return ", ".join(f"{kind.removeprefix('AWS::')} × {count}" for kind, count in sorted(types.items()))
