"""The options that say which deployment a command is about, the same for all commands."""

from __future__ import annotations

import argparse

from troposphere_stacks.deployment import ENVIRONMENTS, Deployment, deployment


def add_deployment(parser: argparse.ArgumentParser) -> None:
    """Add ``--env``, ``--regions`` and ``--domain``."""
    parser.add_argument(
        "--env", default="prod", metavar="ENV", help=f"{', '.join(ENVIRONMENTS)} (default: %(default)s)"
    )
    parser.add_argument(
        "--regions",
        default="us-east-1,eu-west-1",
        metavar="A,B",
        help="comma-separated; the first has the single writers (default: %(default)s)",
    )
    parser.add_argument(
        "--domain", default="shop.example.com", help="the shop's host name (default: %(default)s)"
    )


def chosen(arguments: argparse.Namespace) -> Deployment:
    """The deployment that the options name. Raises :class:`StackError`."""
    return deployment(arguments.env, arguments.regions, arguments.domain)
