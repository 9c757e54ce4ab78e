"""``python -m troposphere_stacks``: the shop's cloud, built, checked, priced, rehearsed and deployed."""

from __future__ import annotations

import argparse
import sys

from troposphere_stacks.commands import COMMANDS
from troposphere_stacks.deployment import StackError

_USAGE = """\
The shop's cloud: CloudFormation templates for every part of it, in one region or several.

Without a command, `build` writes the templates and needs no AWS account. The way to a running shop:
build, check, rehearse (on this machine), release, deploy. `COMMAND --help` says more of each.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit status 2, with one line on stderr, for what can't be done."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(given if _names_command(given) else ["build", *given])
    try:
        return int(options.run(options))
    except (StackError, OSError) as error:
        print(f"troposphere_stacks: {error}", file=sys.stderr)  # noqa: T201 - this is the command line
        return 2


def _names_command(arguments: list[str]) -> bool:
    return bool(arguments) and (not arguments[0].startswith("-") or arguments[0] in ("-h", "--help"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m troposphere_stacks",
        description=_USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
