"""``graph``: the cloud as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.graph.picture import picture
from troposphere_stacks.manifest import resolve
from troposphere_stacks.stacks import STACKS

_ABOUT = """\
Draw the cloud from its templates, as an SVG file that is legible on light and dark pages: each region's
network with its zones and subnets, who may reach whom on which port, and the stacks in the order in which
they are deployed. Needs no AWS account.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "graph",
        help="draw networks and stacks as a picture (SVG)",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_deployment(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("docs/images/architecture.svg"),
        help="file (default: %(default)s, the picture of the documentation)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw into ``--out``. Raises :class:`StackError` for a deployment that can't be."""
    deployment = chosen(arguments)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(picture(deployment, resolve(deployment, STACKS), STACKS))
    print(arguments.out)
    return 0
