"""Built sets of templates: today's, and that of an earlier revision of the repository."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere_stacks.deployment import StackError

_PARTS = ("troposphere_stacks", "storefront")
"""What a build imports."""


@dataclass(frozen=True, slots=True)
class Built:
    """A set as ``build`` wrote it; templates and needs by (region, CloudFormation's name of the stack)."""

    templates: dict[tuple[str, str], dict[str, Any]]
    needs: dict[tuple[str, str], dict[str, tuple[str, str, str]]]  # parameter: (region, stack, output)


def at_revision(revision: str, options: Sequence[str], checkout: Path) -> Built:
    """Build with the code of a git revision, in a folder of its own. Raises :class:`StackError`."""
    with tempfile.TemporaryDirectory(prefix="stacks-") as name:
        folder = Path(name)
        _extract(revision, checkout, folder)
        out = folder / "built"
        command = [sys.executable, "-m", "troposphere_stacks", "build", *options, "--out", str(out)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)  # noqa: S603 - ours
        if done.returncode:
            reason = (done.stderr.strip() or "without a word").splitlines()[-1]
            raise StackError(f"the stacks of {revision} can't be built: {reason}")
        return read(out)


def read(out: Path) -> Built:
    """Read what ``build`` wrote into a folder."""
    manifest = json.loads((out / "manifest.json").read_bytes())
    prefix = _prefix(manifest)
    templates, needs = {}, {}
    for entry in manifest:
        key = (entry["region"], entry["stack"])
        templates[key] = json.loads((out / entry["file"]).read_bytes())
        needs[key] = {name: _source(source, prefix) for name, source in entry["needs"].items()}
    return Built(templates, needs)


def _prefix(manifest: list[dict[str, Any]]) -> str:
    """What stands before the short names in needs: the foundation is in every set."""
    names = [entry["stack"] for entry in manifest if entry["stack"].endswith("foundation")]
    return names[0].removesuffix("foundation") if names else "storefront-"


def _source(source: str, prefix: str) -> tuple[str, str, str]:
    place, output = source.rsplit(".", 1)
    region, stack = place.split(":")
    return region, prefix + stack, output


def _extract(revision: str, checkout: Path, folder: Path) -> None:
    if revision.startswith("-"):
        raise StackError(f"expected a git revision such as HEAD~1 or a tag, not {revision!r}")
    command = ["git", "-C", str(checkout), "archive", "--format=tar", revision, "--", *_PARTS]
    done = subprocess.run(command, capture_output=True, timeout=60)  # noqa: S603 - git, no shell
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[0].removeprefix("fatal: ")
        raise StackError(
            f"git has no stacks at {revision!r} ({reason}); give a revision that has, e.g. HEAD~1"
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
