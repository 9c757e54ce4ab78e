"""``python -m bench MEASUREMENT …``: each says with ``--help`` what it takes."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

MEASUREMENTS = {
    "shop": ("bench.shop", "CPU of pages and of conversions (usual)"),
    "levels": ("bench.levels", "our levels beside those of gltf-transform and gltfpack"),
    "heavy": ("bench.heavy", "what the heaviest models cost"),
    "outputs": ("bench.outputs", "their outputs, and those of all samples, in validator and viewer"),
    "fuzz": ("bench.fuzz", "broken files through the pipeline"),
    "chaos": ("bench.chaos", "render jobs while workers and the queue are killed"),
    "orders": ("bench.orders", "orders per second beside psycopg by hand"),
    "race": ("bench.race.command", "many buyers race for a few units while servers are killed"),
}


def main(arguments: list[str]) -> int:
    """Run what the command line names; the exit status is 1 where something measured is wrong."""
    said = "\n".join(f"  {name:9}{what}" for name, (_, what) in MEASUREMENTS.items())
    parser = argparse.ArgumentParser(
        "python -m bench",
        description=__doc__,
        epilog=f"measurements:\n{said}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("measurement", nargs="?", choices=MEASUREMENTS, default="shop", metavar="MEASUREMENT")
    # The rest is the measurement's own; each loads only what it needs.
    chosen = parser.parse_args(arguments[:1]).measurement
    return int(import_module(MEASUREMENTS[chosen][0]).main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
