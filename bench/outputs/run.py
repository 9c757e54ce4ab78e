"""``python -m bench outputs FOLDER [NAME …]``: the heaviest models and every sample, on to the screen.

Each heavy model (``bench.huge``: made in FOLDER unless it is there) and each sample beside the checkout is
converted as a user would; all its GLBs go through the Khronos validator, sizes are compared with the limits
of the recipe, and the viewer shows the three levels in Chromium, whose console has to stay empty. Beside
the outputs, in FOLDER/out, lies a picture of what was shown. The exit status is 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error

from bench.huge import MODELS, made
from bench.levels.process import Cost, measured
from bench.options import one_of
from bench.outputs.files import faults, manifest_of
from bench.outputs.show import Show, shown, stage
from storefront.plugin_api import LEVELS

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "models"
MEBI = 1.048576
"""Megabytes of a mebibyte."""

SECONDS = 900
HEAD = (
    f"{'model':26.26}{'MB':>7}{'CPU s':>8}{'peak MB':>9}"
    + "".join(f"  {level.name + ' kB':>11}{'triangles':>10}{'drawn':>6}" for level in LEVELS)
    + f"{'wrong':>7}"
)


def main(arguments: list[str]) -> None:
    """Print a row for each model, and below it what is wrong; the exit status is 1 if anything is."""
    samples = {path.stem: path for path in sorted(SAMPLES.glob("*.glb"))}
    models = [*MODELS, *samples]
    parser = argparse.ArgumentParser("python -m bench outputs", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("names", nargs="*", type=one_of(models), metavar="NAME", help=", ".join(models))
    options = parser.parse_args(arguments)
    out, wrong = options.folder / "out", 0
    out.mkdir(parents=True, exist_ok=True)
    say(HEAD if samples else f"There are no samples beside the checkout.\n{HEAD}")
    with stage(out) as (browser, address):
        for name in options.names or models:
            model = made(name, options.folder) if name in MODELS else samples[name]
            wrong += row(model, out / name, browser, address)
    if wrong:
        sys.exit(1)


def row(model: Path, out: Path, browser: Browser, address: str) -> int:
    """Convert, check and show one model; returns how much is wrong."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "renderd", "convert", "--quiet", str(model), "--out", str(out)]
    try:
        cost = measured(command, SECONDS)
    except subprocess.CalledProcessError as error:
        say(f"{model.stem}\n  ! {error.output.decode(errors='replace').strip()}")
        return 1
    found, show = faults(out), Show()
    try:
        shown(browser, address, out, show)
    except (AssertionError, Error) as error:
        found.append(f"the viewer: {error}")
    found += show.faults(manifest_of(out))
    picture(show).save(out.with_suffix(".png"))
    say(line(model, cost, out, show) + f"{len(found):7}" + "".join(f"\n  ! {fault}" for fault in found))
    return len(found)


def line(model: Path, cost: Cost, out: Path, show: Show) -> str:
    """The figures of a model."""
    megabytes = model.stat().st_size / 1e6
    first = f"{out.name:26.26}{megabytes:7.1f}{cost.cpu:8.1f}{cost.memory * MEBI:9.0f}"
    for name, level in manifest_of(out)["levels"].items():
        drawn = f"{show.levels[name].covered:6.0%}" if name in show.levels else f"{'-':>6}"
        first += f"  {level['wire_bytes'] / 1000:11.0f}{level['triangles']:10}{drawn}"
    return first


def picture(show: Show) -> Image.Image:
    """What was shown of each level, side by side on grey."""
    pictures = [level.picture for level in show.levels.values()] or [Image.new("RGBA", (1, 1))]
    size = sum(one.width for one in pictures), pictures[0].height
    sheet = Image.new("RGBA", size, (150, 150, 150, 255))
    for number, one in enumerate(pictures):
        sheet.alpha_composite(one, (number * one.width, 0))
    return sheet.convert("RGB")


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)
