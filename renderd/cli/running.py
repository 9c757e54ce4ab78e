"""What the commands share: progress on a terminal, and what went wrong in one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from renderd import sandbox
from storefront.plugin_api import LENGTHS, Recipe

BAD_INPUT, BROKEN = 2, 3
INTERRUPTED = 130
FORMATS = "GLB, USDZ, STL, PLY, or a zip of glTF or OBJ with its files"


def add_intake(parser: argparse.ArgumentParser) -> None:
    """What the caller knows of the file: ``--unit`` and ``--up``."""
    parser.add_argument("--unit", choices=(*LENGTHS, "auto"), default="auto", help="what the file counts in")
    parser.add_argument("--up", choices=("y", "z", "auto"), default="auto", help="which of its axes is up")


@contextmanager
def watched(quiet: bool) -> Iterator[sandbox.Progress]:
    """Progress that a bar on a terminal shows, unless ``quiet``."""
    console = Console(stderr=True)
    bar = progress_bar(console)
    with bar if console.is_terminal and not quiet else nullcontext():
        task = bar.add_task("read", total=1.0)
        yield lambda stage, done: bar.update(task, description=stage, completed=done)


def attempt(options: argparse.Namespace, work: Callable[[], Any]) -> tuple[int, Any]:
    """The exit status and what ``work`` returned; of what went wrong, one line on stderr."""
    try:
        return 0, work()
    except (sandbox.BadModel, OSError) as error:
        sys.stderr.write(f"renderd: {options.input}: {one_line(error, options.input)}\n")
        return BAD_INPUT, None
    except sandbox.Crashed as error:
        sys.stderr.write(f"renderd: {options.input}: the work broke off: {last_line(error)}\n")
        return BROKEN, None
    except KeyboardInterrupt:
        return INTERRUPTED, None


def check_source(path: Path) -> None:
    """Raise BadModel or OSError for what can't be read as a file; pipes would be waited for without end."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise sandbox.BadModel("it is no file; expected one on a disk")
    path.open("rb").close()


def order_of(options: argparse.Namespace) -> dict[str, Any]:
    """The order of a task that reads a model file."""
    intake = {"unit": options.unit, "up": options.up}
    return {"source": str(options.input.absolute()), "recipe": asdict(Recipe()), "intake": intake}


def last_line(error: Exception) -> str:
    """The last line of a traceback, which says what went wrong."""
    return (str(error).splitlines() or [""])[-1]


def one_line(error: Exception, source: Path) -> str:
    """What went wrong with ``source``, in one line; of system errors without their number."""
    if isinstance(error, OSError) and error.strerror:
        other = error.filename and str(error.filename) != str(source)
        return f"{error.strerror}: {error.filename}" if other else error.strerror
    return " ".join(str(error).split())


def progress_bar(console: Console) -> Progress:
    """Stage, bar, share and time."""
    return Progress(
        TextColumn("{task.description:>9}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
