"""A release: an archive for each kind of machine, one for the functions, and a list of what is in them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from troposphere_stacks.deployment import StackError
from troposphere_stacks.release import archives, lock, wheels
from troposphere_stacks.release.lock import FUNCTIONS, RENDER, WEB, Target

MACHINE = Path(__file__).with_name("machine")
CA = "database-ca.pem"
MOST_UNPACKED = 250 * 1024 * 1024
"""What Lambda takes."""
MACHINES = {"web": WEB, "render": RENDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build: from the checkout ``root``, into ``out``, with Aurora's certificates in ``ca``."""

    root: Path
    out: Path
    version: str
    python: str
    ca: bytes
    parts: Sequence[str] = ("web", "render", "functions")


def build(order: Order) -> Path:
    """Build it; returns ``release.json``. Raises :class:`StackError`."""
    if b"BEGIN CERTIFICATE" not in order.ca:
        raise StackError("--database-ca must be a PEM file of certificates: AWS calls it global-bundle.pem")
    order.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        own = wheels.own(order.root, Path(folder))
        made = {part: _part(order, part, own, Path(folder)) for part in order.parts}
    told = order.out / "release.json"
    told.write_text(json.dumps(described(order.version, made), indent=1, sort_keys=True) + "\n")
    return told


def described(version: str, made: Mapping[str, tuple[Path, str]]) -> dict[str, object]:
    """What a release is: files, where they go in the artefact buckets, and what the stacks are to be told."""
    parameters: dict[str, dict[str, str]] = {
        part: {"ReleaseVersion": version, "ReleaseSha256": digest}
        for part, (_, digest) in made.items()
        if part in MACHINES
    }
    if "functions" in made:
        parameters["functions"] = {"FunctionsSha256": made["functions"][1]}
    files = {
        path.name: {"key": _key(version, part, digest), "sha256": digest, "bytes": path.stat().st_size}
        for part, (path, digest) in made.items()
    }
    return {"version": version, "files": files, "parameters": parameters}


def _key(version: str, part: str, digest: str) -> str:
    return f"functions/{digest}.zip" if part == "functions" else f"releases/{version}/{part}.tar"


def _part(order: Order, part: str, own: Path, folder: Path) -> tuple[Path, str]:
    target = {**MACHINES, "functions": FUNCTIONS}[part]
    fetched = [*_wheels(order, target, folder), own]
    if part == "functions":
        return functions(order.out / "functions.zip", fetched, order.ca)
    return machine(order.out / f"{part}.tar", fetched, order.ca)


def _wheels(order: Order, target: Target, folder: Path) -> list[Path]:
    entries = lock.needed(order.root / "requirements.txt", target)
    return wheels.fetch(entries, target, folder / target.part, order.python)


def machine(path: Path, fetched: Sequence[Path], ca: bytes) -> tuple[Path, str]:
    """The archive of a kind of machine: wheels, the list of their hashes, units and boot script."""
    pinned = lock.hashes({wheel.name: archives.digest(wheel) for wheel in fetched})
    files: dict[str, bytes | Path] = {f"wheels/{wheel.name}": wheel for wheel in fetched}
    files |= {str(file.relative_to(MACHINE)): file for file in MACHINE.rglob("*") if file.is_file()}
    files |= {"requirements.txt": pinned.encode(), CA: ca}
    return path, archives.tar(path, files)


def functions(path: Path, fetched: Sequence[Path], ca: bytes) -> tuple[Path, str]:
    """The functions' archive: all packages unpacked. Raises :class:`StackError` where it is too large."""
    files: dict[str, bytes | Path] = {CA: ca}
    for wheel in fetched:
        files |= archives.unpacked(wheel)
    size = sum(len(content) for content in files.values() if isinstance(content, bytes))
    if size > MOST_UNPACKED:
        raise StackError(f"the functions unpack to {size:,} bytes; Lambda takes {MOST_UNPACKED:,}")
    return path, archives.zip_(path, files)
