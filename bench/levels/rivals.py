"""The tools that specialists use by hand, each with settings from coarse to fine for each level."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.levels.process import Cost, measured

BENCH = Path(__file__).resolve().parents[1]
PROGRAMS = BENCH / "node_modules" / ".bin"

Steps = list[list[str]]
"""The arguments of each step of a run."""

TRANSFORM, PACK = "gltf-transform", "gltfpack"
MESHOPT, WEBP = ["--compress", "meshopt"], ["--texture-compress", "webp"]

SETTINGS: dict[str, tuple[tuple[int, str | None], ...]] = {
    "preview": ((128, "0.01"), (128, "0.001"), (256, "0.001"), (512, "0.001")),
    "standard": ((512, "0.0001"), (1024, "0.0001"), (1024, None), (2048, "0.0001")),
    "high": ((1024, "0.0001"), (2048, "0.0001"), (2048, None)),
}
"""What gltf-transform is asked for: the textures' longest side in pixels, and how far a surface may move, as
a share of its mesh; None leaves all triangles.
"""

QUALITIES = {"preview": (), "standard": ("93",), "high": ("90", "96")}
"""WebP qualities beyond the one that ``optimize`` uses, for a second look at the finest sizes."""

RATIOS = {"preview": "0.2", "standard": "0.7", "high": "1"}
"""The share of triangles that gltfpack is asked to keep; it leaves textures as they are."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a tool made, and the steps that it took."""

    tool: str
    path: Path
    steps: Steps


def install() -> None:
    """Install the tools at their locked versions, unless they are there."""
    if not (PROGRAMS / TRANSFORM).exists() or not (PROGRAMS / PACK).exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=BENCH, check=True, timeout=600)


def made(model: Path, level: str, cache: Path) -> Iterator[Made]:
    """All that the tools make of a model for a level; files are kept in the folder ``cache``."""
    source = hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    for tool, steps in settings(level):
        stem = hashlib.sha256(repr((source, tool, steps)).encode()).hexdigest()[:16]
        path = cache / f"{stem}.glb"
        if not path.exists():
            run(tool, steps, model, path)
        yield Made(tool, path, steps)


def run(tool: str, steps: Steps, model: Path, out: Path) -> Cost:
    """Run a tool's steps one after the other; the cost of them all."""
    total = Cost(0.0, 0.0)
    for number, arguments in enumerate(steps):
        made_now = out if number == len(steps) - 1 else out.with_suffix(f".{number}.glb")
        cost = measured(command(tool, model, made_now, arguments))
        total = Cost(total.cpu + cost.cpu, max(total.memory, cost.memory))
        if number:
            model.unlink()
        model = made_now
    return total


def settings(level: str) -> Iterator[tuple[str, Steps]]:
    """Tool and the arguments of each of its steps, for each run for a level."""
    for side, error in SETTINGS[level]:
        resized = ["--texture-size", str(side)]
        yield TRANSFORM, [["optimize", *MESHOPT, *WEBP, *resized, *simplified(error)]]
    for quality in QUALITIES[level]:
        side, error = SETTINGS[level][2]
        resize = ["resize", "--width", str(side), "--height", str(side)]
        untouched = ["--texture-compress", "false", *simplified(error)]
        yield TRANSFORM, [resize, ["webp", "--quality", quality], ["optimize", *MESHOPT, *untouched]]
    yield PACK, [["-cc", "-si", RATIOS[level]]]


def simplified(error: str | None) -> list[str]:
    """gltf-transform's arguments for a simplification error."""
    return ["--simplify", "false"] if error is None else ["--simplify-error", error]


def command(tool: str, model: Path, out: Path, arguments: list[str]) -> list[str]:
    """The command line of a step."""
    program = str(PROGRAMS / tool)
    if tool == PACK:
        return [program, "-i", str(model), "-o", str(out), *arguments]
    return [program, arguments[0], str(model), str(out), *arguments[1:]]
