"""The command ``picture``: a model file from any side, in any look, once or all around."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from renderd import sandbox
from renderd.beside import folder_beside
from renderd.cli.running import FORMATS, add_intake, attempt, check_source, order_of, watched

SIZES, FRAMES = (16, 4096), (2, 360)
TYPES = (".avif", ".jpg", ".png", ".webp")


def add_picture(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``picture INPUT --out FILE``, or with ``--frames`` into a folder."""
    parser = commands.add_parser("picture", help="draw a model file on a transparent ground")
    parser.add_argument("input", type=Path, help=FORMATS)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help=f"file to write ({', '.join(TYPES)}); with --frames a new folder",
    )
    parser.add_argument("--size", type=_within(*SIZES), default=1200, help="pixels (%(default)s)")
    parser.add_argument(
        "--yaw",
        type=_within(-360, 360, float),
        default=30.0,
        help="degrees to the right of the front (%(default)s)",
    )
    parser.add_argument(
        "--pitch", type=_within(-89, 89, float), help="degrees above the horizon (by the shape of the thing)"
    )
    parser.add_argument("--variant", help="name of a KHR_materials_variants variant")
    parser.add_argument("--effects", type=_effects, default=[], help="docs/viewer.md, as JSON or @file")
    parser.add_argument("--frames", type=_within(*FRAMES), default=0, help="so many all around, as WebP")
    add_intake(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run_picture)


def run_picture(options: argparse.Namespace) -> int:
    """Draw one file; says where the picture is, or in one line why there is none."""
    with watched(options.quiet) as progress:
        status, _ = attempt(options, lambda: draw_into(options, progress))
    if status == 0 and not options.quiet:
        sys.stdout.write(f"{options.out}\n")
    return status


def draw_into(options: argparse.Namespace, progress: sandbox.Progress) -> None:
    """Draw in the sandbox, into ``--out``; it is there whole, or not at all."""
    if not options.frames and options.out.suffix.lower() not in TYPES:
        raise sandbox.BadModel(f"--out is {options.out.name!r}; expected a name with {', '.join(TYPES)}")
    check_source(options.input)
    keys = ("size", "yaw", "pitch", "variant", "effects", "frames")
    shot = {key: getattr(options, key) for key in keys}
    with folder_beside(options.out) as home:
        made = home / f"out{options.out.suffix.lower()}"
        sandbox.run("picture", {**order_of(options), "shot": shot, "out": str(made)}, home, progress)
        made.replace(options.out)


def _within(low: int, high: int, kind: type[int] | type[float] = int) -> Any:
    def number(text: str) -> int | float:
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected {low} to {high}, not {value}")
        return value

    return number


def _effects(text: str) -> list[dict[str, Any]]:
    try:
        told = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"no effects: {error}") from error
    if not isinstance(told, list) or not all(isinstance(effect, dict) for effect in told):
        raise argparse.ArgumentTypeError("expected a list of objects")
    return told
