"""``diff REV``: what the change since a git revision would do to network and data."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from troposphere_stacks.commands.build import write
from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.manifest import resolve
from troposphere_stacks.stacks import STACKS

_ABOUT = """\
Build the stacks of a git revision and those of the working tree, and say what deploying the difference would
do: + added, ~ changed in place, ! replaced (a new one is made and the old one goes), ? replaced under some
conditions, - removed. Network and data come first. A replacement is followed to whatever names the replaced
thing in a property that can't be changed. Needs git, and no AWS account.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "diff",
        help="what the change since a git revision would do to network and data",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "revision", metavar="REV", help="commit, tag or branch that is deployed: HEAD, v1.2 …"
    )
    add_deployment(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the report. Raises :class:`StackError` for a revision without stacks."""
    from rich.console import Console

    from troposphere_stacks.diff.built import at_revision, read
    from troposphere_stacks.diff.report import report

    options = ["--env", arguments.env, "--regions", arguments.regions, "--domain", arguments.domain]
    entries = resolve(chosen(arguments), STACKS)
    before = at_revision(arguments.revision, options, Path(__file__).parents[2])
    with tempfile.TemporaryDirectory(prefix="stacks-") as folder:
        write(entries, Path(folder))
        after = read(Path(folder))
    console = Console(soft_wrap=True, highlight=False)
    for line in report(before, after):
        console.print(line)
    return 0
