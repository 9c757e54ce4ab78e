"""The command line of renderd: one subcommand for each thing that it does."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from renderd import sandbox
from renderd.beside import folder_beside
from renderd.cli.cleanup import add_cleanup
from renderd.cli.picture import add_picture
from renderd.cli.region import add_region
from renderd.cli.running import FORMATS, add_intake, attempt, check_source, order_of, watched
from renderd.shown import show


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; returns the exit status: 0; 2 with one line on stderr for bad
    input, 3 for a conversion that broke off; 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m renderd", description="Models in, levels and pictures out."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (add_convert, add_inspect, add_picture, add_worker, add_cleanup, add_region):
        add(commands)
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def add_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``convert INPUT --out DIR``: no queue, no storage."""
    parser = commands.add_parser("convert", help="convert one model file into a folder")
    parser.add_argument("input", type=Path, help=FORMATS)
    parser.add_argument("--out", type=Path, required=True, help="folder to make; it must not be there yet")
    add_intake(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run_convert)


def run_convert(options: argparse.Namespace) -> int:
    """Convert one file; says where the manifest is, or in one line why there is none."""
    with watched(options.quiet) as progress:
        status, _ = attempt(options, lambda: convert_into(options.out, order_of(options), progress))
    if status == 0 and not options.quiet:
        sys.stdout.write(f"{options.out / 'manifest.json'}\n")
    return status


def add_inspect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``inspect INPUT``: the report alone."""
    parser = commands.add_parser("inspect", help="say what a model file holds, and make nothing of it")
    parser.add_argument("input", type=Path, help=FORMATS)
    add_intake(parser)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run_inspect)


def run_inspect(options: argparse.Namespace) -> int:
    """Print what a file holds, or in one line why it can't be read."""
    with watched(options.json) as progress:
        status, found = attempt(options, lambda: inspected(order_of(options), progress))
    if status == 0 and options.json:
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    elif status == 0:
        show(found, Console())
    return status


def inspected(order: dict[str, Any], progress: sandbox.Progress) -> Any:
    """Look at a file in the sandbox."""
    check_source(Path(order["source"]))
    with tempfile.TemporaryDirectory(prefix="renderd-inspect-") as home:
        return sandbox.run("inspect", order, Path(home), progress)


def convert_into(out: Path, order: dict[str, Any], progress: sandbox.Progress) -> None:
    """Convert in the sandbox, into the folder ``out``; it is there with everything in it, or not at all."""
    check_source(Path(order["source"]))
    with folder_beside(out) as home:
        made = home / "out"
        sandbox.run("convert", {**order, "out": str(made)}, home, progress)
        made.replace(out)


def add_worker(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``worker``: take render jobs from the queue that the settings name."""
    parser = commands.add_parser("worker", help="work on the render queue until stopped")
    parser.set_defaults(run=run_worker)


def run_worker(_options: argparse.Namespace) -> int:
    """Work until SIGTERM; the exit status."""
    from renderd import worker

    return worker.main()
