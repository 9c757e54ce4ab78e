"""``release``: build what machines and functions run, and bring it into the artefact buckets."""

from __future__ import annotations

import argparse
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from troposphere_stacks.deployment import StackError

_CERTIFICATES = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
_ABOUT = """\
Build OUT/web.tar (Graviton), OUT/render.tar (x86) and OUT/functions.zip from this checkout and its lock file,
and OUT/release.json: their hashes, where they belong, and the parameters that the stacks are to be told.
Machines install from these archives alone; they ask no package index. The same checkout gives the same bytes.

Uploading is safe to repeat. To go back, deploy with the release.json of an earlier release: it stays in the
bucket, as releases/VERSION/release.json.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "release",
        help="build what machines and functions run, and upload it",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("build/release"), help="folder (%(default)s)")
    parser.add_argument("--version", help="the release's name (default: the commit's short id)")
    parser.add_argument(
        "--python",
        default="python3.13",
        help="the Python that builds; meshoptimizer wants 3.13 on x86_64 (%(default)s)",
    )
    parser.add_argument("--database-ca", type=Path, help="Aurora's certificates (default: fetched from AWS)")
    parser.add_argument("--parts", default="web,render,functions", help="only some (default: %(default)s)")
    parser.add_argument(
        "--upload",
        action="append",
        default=[],
        metavar="REGION=BUCKET",
        help="upload there, too; the bucket is foundation's ArtifactBucketName. May be given again",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build, and upload where that is asked for. Raises :class:`StackError`."""
    from troposphere_stacks.release.building import MACHINES, Order, build

    parts = arguments.parts.split(",")
    for part in parts:
        if part not in (*MACHINES, "functions"):
            raise StackError(f"--parts: {part!r} is not one of web, render, functions")
    order = Order(
        root=Path.cwd(),
        out=arguments.out,
        version=arguments.version or _commit(),
        python=arguments.python,
        ca=arguments.database_ca.read_bytes() if arguments.database_ca else _certificates(),
        parts=parts,
    )
    release = build(order)
    print(f"{release}: {order.version}")
    for place in arguments.upload:
        _upload(release, place)
    return 0


def _upload(release: Path, place: str) -> None:
    from troposphere_stacks.release.uploading import upload

    region, _, bucket = place.partition("=")
    if not bucket:
        raise StackError(f"--upload must be REGION=BUCKET, not {place!r}")
    for key in upload(release, bucket, region):
        print(f"{region}: {key}")


def _commit() -> str:
    named = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],  # noqa: S607 - the operator's
        capture_output=True,
        text=True,
        check=False,
    )
    if named.returncode:
        raise StackError("this is no git checkout: name the release with --version")
    return named.stdout.strip()


def _certificates() -> bytes:
    with urllib.request.urlopen(_CERTIFICATES, timeout=30) as answer:
        content: bytes = answer.read()
    return content
