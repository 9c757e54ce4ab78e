"""Files whose names carry their content's hash, and the JSON that names them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from renderd.pipeline.poster import PosterFile

Progress = Callable[[str, float], None]
"""(stage, share of all work done, 0 to 1); what it raises ends the work."""


def silent(stage: str, done: float) -> None:
    """Progress that nobody watches."""


def named(path: Path) -> Path:
    """The file, its name prolonged by the first 12 hex digits of its SHA-256: ``poster-….avif``."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return path.rename(path.with_name(f"{path.stem}-{digest}{path.suffix}"))


def weighed(path: Path, out: Path) -> Mapping[str, Any]:
    """The file, renamed by its content: where it is in ``out``, and its size."""
    path = named(path)
    return {"path": str(path.relative_to(out)), "bytes": path.stat().st_size}


def described(file: PosterFile, out: Path) -> Mapping[str, Any]:
    """The same of a picture, as a manifest lists it."""
    return {**weighed(file.path, out), "type": file.type, "width": file.width, "height": file.height}


def write_json(path: Path, told: Mapping[str, Any]) -> None:
    """Write what ``told`` says and wait until it is on the disk."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
