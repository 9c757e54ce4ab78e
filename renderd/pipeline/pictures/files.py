"""Files whose names carry their content's hash, and the JSON that names them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from renderd.pipeline.output import digest, write_file
from renderd.pipeline.poster import PosterFile


def named(path: Path) -> Path:
    """The file, its name prolonged by its content's hash: ``poster-0123456789ab.avif``."""
    return path.rename(path.with_name(f"{path.stem}-{digest(path.read_bytes())}{path.suffix}"))


def weighed(path: Path, out: Path) -> Mapping[str, Any]:
    """The file, renamed by its content: where it is in ``out``, and its size."""
    path = named(path)
    return {"path": str(path.relative_to(out)), "bytes": path.stat().st_size}


def described(file: PosterFile, out: Path) -> Mapping[str, Any]:
    """The same of a picture, as a manifest lists it."""
    return {**weighed(file.path, out), "type": file.type, "width": file.width, "height": file.height}


def write_json(path: Path, told: Mapping[str, Any]) -> None:
    """Write what ``told`` says, the last file of its folder."""
    write_file(path, json.dumps(told, indent=2).encode())
