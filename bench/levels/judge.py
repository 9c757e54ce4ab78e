"""``python -m bench.levels.judge MODEL``: differences to the model, and bytes on the wire.

Reads a JSON object with the files of each level, and writes one with [difference, bytes] for each of them.

A process of its own: libraries that draw would add to the memory of the programs that are measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import brotli

from renderd.pipeline.clean import clean
from renderd.pipeline.difference import Reference, level_views
from renderd.pipeline.document import Document
from renderd.pipeline.inputs import open_model
from renderd.pipeline.prune import prune

BROTLI = {"preview": 11, "standard": 9, "high": 9}
"""How our server packs each level."""


def main() -> None:
    """Judge the files that standard input names."""
    asked: dict[str, list[str]] = json.load(sys.stdin)
    source = open_model(Path(sys.argv[1]), "m").document
    clean(source)
    prune(source)
    views = level_views(source)
    found = {}
    for level, files in asked.items():
        reference = Reference(source, views[level])
        found[level] = [judged(reference, Path(file).read_bytes(), level) for file in files]
    sys.stdout.write(json.dumps(found))


def judged(reference: Reference, data: bytes, level: str) -> tuple[float, int]:
    """Difference and bytes of a file."""
    packed = brotli.compress(data, quality=BROTLI[level], lgwin=24)
    return reference.difference(Document.load_glb(data)).value, len(packed)


if __name__ == "__main__":
    main()
