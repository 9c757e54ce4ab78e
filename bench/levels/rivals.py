"""The tools that specialists use by hand, each with settings from coarse to fine for each level."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.levels.process import Cost, measured

BENCH = Path(__file__).resolve().parents[1]
PROGRAMS = BENCH / "node_modules" / ".bin"

TRANSFORM, PACK = "gltf-transform", "gltfpack"

SIDES = {"preview": (128, 256, 512), "standard": (512, 1024, 2048), "high": (1024, 2048, 4096)}
"""Texture sizes in pixels that gltf-transform is asked for."""

ERRORS = {"preview": ("0.01", "0.001"), "standard": ("0.001", "0.0001"), "high": ("0.0001", None)}
"""gltf-transform's simplification errors, as shares of a mesh; None leaves all triangles."""

RATIOS = {"preview": ("0.05", "0.2"), "standard": ("0.3", "0.7"), "high": ("0.7", "1")}
"""The shares of triangles that gltfpack is asked to keep."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a tool made, and at what cost."""

    tool: str
    path: Path
    cost: Cost


def install() -> None:
    """Install the tools at their locked versions, unless they are there."""
    if not (PROGRAMS / TRANSFORM).exists() or not (PROGRAMS / PACK).exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=BENCH, check=True, timeout=600)


def made(model: Path, level: str, cache: Path) -> Iterator[Made]:
    """All that the tools make of a model for a level; files and costs are kept in the folder ``cache``."""
    source = hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    for tool, arguments in settings(level):
        stem = hashlib.sha256(" ".join([source, tool, *arguments]).encode()).hexdigest()[:16]
        path = cache / f"{stem}.glb"
        note = path.with_suffix(".json")
        if not note.exists():
            cost = measured(command(tool, model, path, arguments))
            note.write_text(json.dumps(asdict(cost)))
        yield Made(tool, path, Cost(**json.loads(note.read_text())))


def settings(level: str) -> Iterator[tuple[str, list[str]]]:
    """Tool and arguments of each run for a level."""
    for side in SIDES[level]:
        for error in ERRORS[level]:
            simplify = ["--simplify", "false"] if error is None else ["--simplify-error", error]
            yield TRANSFORM, ["--texture-size", str(side), *simplify]
    for ratio in RATIOS[level]:
        yield PACK, ["-cc", "-si", ratio]


def command(tool: str, model: Path, out: Path, arguments: list[str]) -> list[str]:
    """The command line of a run."""
    program = str(PROGRAMS / tool)
    if tool == PACK:
        return [program, "-i", str(model), "-o", str(out), *arguments]
    best = ["--compress", "meshopt", "--texture-compress", "webp"]
    return [program, "optimize", str(model), str(out), *best, *arguments]
