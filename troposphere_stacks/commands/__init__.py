"""A module for each command, with ``add(subparsers)`` and ``run(arguments) -> int``.

What a command alone needs (scanners, an emulator, boto3) it imports when it runs, so that `--help` and
`build` stay quick.
"""

from __future__ import annotations

from troposphere_stacks.commands import build, check, cloud, cost, diff, graph, rehearse, release

COMMANDS = (build, check, diff, graph, cost, rehearse, release, cloud)
"""In the order of ``--help``."""
