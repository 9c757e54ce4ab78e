"""Sound files, broken at random where it may hurt, through the gate and the conversion.

``python -m bench fuzz [--minutes N] [--seed N] [--out DIR]``. Every outcome but levels or a ModelError
(a crash, another exception, more time or memory than the cap) is saved with its traceback and printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.fuzz.run import CAPS, Caps, fuzz


def main(arguments: list[str]) -> None:
    """Fuzz for the minutes that the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench fuzz")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="only seeds whose name holds this")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    options = parser.parse_args(arguments)
    caps = Caps(CAPS.seconds, CAPS.memory_bytes)
    fuzz(options.out, options.seed, options.minutes * 60, options.processes, options.kind, caps)
