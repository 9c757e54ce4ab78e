"""``build``: write all templates and the manifest."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.manifest import Entry, as_json, resolve
from troposphere_stacks.stacks import STACKS

_ABOUT = """\
Write OUT/REGION/STACK.json for every stack, and OUT/manifest.json: a list of the stacks in deployment order,
with what each needs of the others and what the operator may change ("static"). Needs no AWS account; the
same command gives the same bytes.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "build",
        help="write the templates and the manifest (what happens without a command)",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_deployment(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("build/stacks"), help="folder (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build into ``--out``. Raises :class:`StackError` for a deployment or stack that can't be."""
    entries = resolve(chosen(arguments), STACKS)
    write(entries, arguments.out)
    resources = sum(len(entry.template["Resources"]) for entry in entries)
    size = sum(len(entry.body) for entry in entries)
    print(f"{arguments.out}: {len(entries)} stacks, {resources} resources, {size:,} bytes")
    return 0


def write(entries: list[Entry], out: Path) -> None:
    """Write templates and manifest below ``out``, and remove those that an earlier build left there."""
    out.mkdir(parents=True, exist_ok=True)
    if (out / "manifest.json").exists():
        for earlier in json.loads((out / "manifest.json").read_bytes()):
            (out / earlier["file"]).unlink(missing_ok=True)
    for entry in entries:
        path = out / entry.file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(entry.body)
    (out / "manifest.json").write_bytes(as_json([entry.described() for entry in entries]))
