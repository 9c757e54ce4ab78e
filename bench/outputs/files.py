"""The files of a conversion: what the Khronos validator says of them, and whether their sizes hold."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import brotli

from storefront.plugin_api import LEVELS, Level

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = ROOT / "tests" / "renderd" / "validator.mjs"
SECONDS = 300


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a conversion, as docs/manifest.md has it."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def faults(folder: Path, levels: tuple[Level, ...] = LEVELS) -> list[str]:
    """What is wrong with the files of a conversion to ``levels``, a sentence each."""
    manifest = manifest_of(folder)
    found = [f"{level.name} is missing" for level in levels if level.name not in manifest["levels"]]
    for level in levels:
        made = manifest["levels"].get(level.name)
        found += [f"{level.name}: {fault}" for fault in misfits(folder, level, made)] if made else []
    files = (*manifest["levels"].values(), manifest["plain"])
    return found + invalid([folder / file["path"] for file in files])


def misfits(folder: Path, level: Level, made: dict[str, Any]) -> list[str]:
    """What is wrong with the size of one level, measured on its files; ``made`` is the manifest's entry."""
    glb, packed = folder / made["path"], folder / f"{made['path']}.br"
    data, sizes = packed.read_bytes(), (made["bytes"], made["wire_bytes"])
    wrong = {
        f"{made['triangles']} triangles are over {level.triangles}": made["triangles"] > level.triangles,
        f"{len(data)} bytes on the wire are over {level.wire_bytes}": len(data) > level.wire_bytes,
        "the manifest has other sizes": (glb.stat().st_size, len(data)) != sizes,
        "its brotli form holds something else": brotli.decompress(data) != glb.read_bytes(),
    }
    return [fault for fault, holds in wrong.items() if holds]


def invalid(paths: list[Path]) -> list[str]:
    """What the Khronos validator calls an error, a line each.

    Raises RuntimeError if the validator isn't installed (``npm ci``).
    """
    if shutil.which("node") is None or not (ROOT / "node_modules" / "gltf-validator").is_dir():
        raise RuntimeError("gltf-validator is not installed")
    command = ["node", str(VALIDATOR), *map(str, paths)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    return said.stdout.splitlines()
