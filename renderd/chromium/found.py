"""Whether Chromium draws on this machine, and which one."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from renderd.chromium.pipe import Failed

NODES = Path("/dev/dri")
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome-headless-shell")


@dataclass(frozen=True, slots=True)
class Program:
    """An executable; whether it shall use the GPU, and whether it may draw in software."""

    path: str
    gpu: bool
    software: bool


def choose(pictures: str, program: str = "", nodes: Path = NODES, path: str | None = None) -> Program | None:
    """Who draws under the setting ``pictures`` (auto, cpu, chromium); None is the ray caster.

    ``program`` is Chromium's executable where it isn't one of the usual names in ``path`` (by default the
    system's). Raises Failed if Chromium is asked for and not there.
    """
    if pictures == "cpu":
        return None
    gpu = has_gpu(nodes)
    if pictures == "auto" and not gpu:
        return None
    found = find(program, path)
    if found:
        return Program(found, gpu, software=pictures == "chromium")
    if pictures == "chromium":
        raise Failed("there is no Chromium in PATH")
    return None


def has_gpu(nodes: Path = NODES) -> bool:
    """Whether this process may draw with one of the render nodes in the folder."""
    return any(os.access(node, os.R_OK | os.W_OK) for node in nodes.glob("renderD*"))


def find(program: str = "", path: str | None = None) -> str | None:
    """The executable ``program``, or the first of the usual names in ``path``."""
    names = (program,) if program else NAMES
    return next((found for name in names if (found := shutil.which(name, path=path))), None)
