"""``python -m bench.levels.judge MODEL LEVEL FILE…``: difference to the model and bytes on the wire.

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
    """Print a list with [difference, bytes] for each file."""
    model, level, files = Path(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[3:]]
    source = open_model(model, "m").document
    clean(source)
    prune(source)
    reference = Reference(source, level_views(source)[level])
    rows = []
    for file in files:
        data = file.read_bytes()
        packed = brotli.compress(data, quality=BROTLI[level], lgwin=24)
        rows.append([reference.difference(Document.load_glb(data)).value, len(packed)])
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main()
