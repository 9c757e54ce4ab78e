"""``python -m bench heavy FOLDER [--beside] [NAME …]``: what the heaviest models cost.

They are generated into FOLDER (``bench.huge``) unless they are there. "Levels" are the three levels alone,
the CPU of their comparison with the source counted apart; "all" is a whole conversion with its poster and
exports, in the sandbox. ``--beside`` also runs gltf-transform for a preview of the scan.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.huge import MODELS, made
from bench.levels.process import Cost, measured
from bench.levels.rivals import MESHOPT, PROGRAMS, TRANSFORM, WEBP, install
from bench.options import one_of

MEBI = 1.048576
"""Megabytes of a mebibyte: sizes of files count in thousands."""

SECONDS = 1500
PREVIEW = [*MESHOPT, *WEBP, "--texture-size", "1024"]


def main(arguments: list[str]) -> None:
    """Print a row for each model."""
    parser = argparse.ArgumentParser("python -m bench heavy", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("names", nargs="*", type=one_of(MODELS), metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--beside", action="store_true", help="gltf-transform, too")
    options = parser.parse_args(arguments)
    head = f"{'model':10}{'MB':>6}  {'levels: CPU s':>14}{'+ pictures':>11}{'peak MB':>9}{'× file':>8}"
    print(f"{head}  {'all: CPU s':>11}{'peak MB':>9}{'× file':>8}")
    for name in options.names or MODELS:
        row(name, made(name, options.folder))
    if options.beside:
        beside(made("scan", options.folder))


def row(name: str, model: Path) -> None:
    """Measure one model."""
    size = model.stat().st_size / 1e6
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "levels"
        levels = measured([sys.executable, "-m", "bench.levels.ours", model, out], SECONDS)
        pictures = float(json.loads((out / "pictures.json").read_text()))
        convert = [sys.executable, "-m", "renderd", "convert", "--quiet"]
        whole = measured([*convert, str(model), "--out", str(Path(folder) / "all")], SECONDS)
    first = f"{levels.cpu - pictures:14.1f}{pictures:11.1f}{memory(levels, size)}"
    print(f"{name:10}{size:6.0f}  {first}  {whole.cpu:11.1f}{memory(whole, size)}", flush=True)


def beside(model: Path) -> None:
    """Measure gltf-transform on a model, once: for a preview."""
    install()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.glb"
        cost = measured([PROGRAMS / TRANSFORM, "optimize", model, out, *PREVIEW], SECONDS)
    size = model.stat().st_size / 1e6
    print(f"{TRANSFORM}, a preview of {model.stem}: {cost.cpu:.1f} CPU s,{memory(cost, size)}")


def memory(cost: Cost, size: float) -> str:
    """The peak in megabytes, and as a multiple of a file of ``size`` megabytes."""
    return f"{cost.memory * MEBI:9.0f}{cost.memory * MEBI / size:8.2f}"
