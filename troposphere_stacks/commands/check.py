"""``check``: judge the whole set before anything is deployed."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from troposphere_stacks.check import graph
from troposphere_stacks.check.finding import Judged, bare, suppressions, weighed
from troposphere_stacks.check.report import Look, Report, show
from troposphere_stacks.check.scanners import SCANNERS
from troposphere_stacks.check.world import World
from troposphere_stacks.commands.build import write
from troposphere_stacks.commands.options import add_deployment, chosen
from troposphere_stacks.deployment import Deployment
from troposphere_stacks.manifest import Entry, as_json, resolve
from troposphere_stacks.stacks import STACKS

_ABOUT = """\
Judge all templates: cfn-lint (would CloudFormation take them), checkov (good practice), cfn-guard with our
own rules (one a promise), and rules over the whole set as a graph: who can reach whom, what survives the
loss of a zone or region, which key encrypts what, whether alarms tell somebody. Needs `make check-tools`
once, and no AWS account. Exit status 1 for any finding.

A rule that can't hold for a resource is suppressed beside that resource, with the reason; the report lists
all of them. A suppression of what isn't found any more is a finding.
"""

GRAPH = "graph"
COLUMNS = 100
"""The width of the report in a file or a pipe."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "check",
        help="judge the whole set: lint, good practice, our promises, the set as a graph",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_deployment(parser)
    parser.add_argument(
        "--only", choices=(*SCANNERS, GRAPH), action="append", help="one of the judges; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check and print. Raises :class:`StackError` for a scanner that is missing or fails."""
    report = check(chosen(arguments), arguments.only or (*SCANNERS, GRAPH))
    if arguments.json:
        json.dump(report.as_json(), sys.stdout, indent=1)
    else:
        show(report, Console(width=None if sys.stdout.isatty() else COLUMNS))
    return 1 if report.findings else 0


def check(deployment: Deployment, judges: Sequence[str]) -> Report:
    """Judge a deployment."""
    entries = resolve(deployment, STACKS)
    judged = _scanned(entries, judges)
    if GRAPH in judges:
        judged[GRAPH] = Judged(list(graph.findings(World(deployment, entries))), len(graph.RULES))
    allowed = list(suppressions(entries))
    found, hidden = weighed(judged, allowed)
    return Report(
        deployment=f"{deployment.env.name} in {', '.join(deployment.regions)}",
        stacks=len(entries),
        resources=sum(len(entry.template["Resources"]) for entry in entries),
        judges={
            name: Look(said.rules, said.passed, len(said.findings) - hidden[name], hidden[name])
            for name, said in judged.items()
        },
        findings=sorted(set(found)),
        suppressed=sorted(allowed),
    )


def _scanned(entries: list[Entry], judges: Sequence[str]) -> dict[str, Judged]:
    """What the scanners find; they are programs, which work side by side."""
    unexcused = [_bare(entry) for entry in entries]
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor() as threads:
        folder = Path(name)
        write(unexcused, folder)
        (folder / "manifest.json").unlink()  # no template
        running = {
            judge: threads.submit(SCANNERS[judge], folder, unexcused) for judge in judges if judge in SCANNERS
        }
        return {judge: each.result() for judge, each in running.items()}


def _bare(entry: Entry) -> Entry:
    resources = {name: bare(each) for name, each in entry.template["Resources"].items()}
    template = {**entry.template, "Resources": resources}
    return replace(entry, template=template, body=as_json(template))
