"""CPU and bytes of a conversion, for each demo product or for files named on the command line."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from renderd.pipeline.convert import convert
from storefront.plugin_api import Recipe


def run(files: list[Path]) -> None:
    """Print a row per model: CPU seconds and kilobytes on the wire of each level."""
    print(f"{'model':32}{'CPU s':>8}{'preview':>10}{'standard':>10}{'high':>10}  kB on the wire")
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.process_time()
            manifest = convert(file, Path(folder) / "out", Recipe())
            cpu = time.process_time() - begun
        sizes = (manifest.levels[name].wire_bytes / 1000 for name in ("preview", "standard", "high"))
        print(f"{file.stem:32}{cpu:8.1f}" + "".join(f"{size:10.0f}" for size in sizes))
