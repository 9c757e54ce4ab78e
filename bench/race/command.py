"""``python -m bench race``."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

import bench.race
from bench.race.run import Race, report, run


def main(arguments: list[str]) -> int:
    """Run it and print the figures; exit status 1 where one is wrong."""
    parser = argparse.ArgumentParser("python -m bench race", description=bench.race.__doc__)
    usual = Race()
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--buyers", type=int, default=usual.buyers)
    parser.add_argument("--units", type=int, default=usual.units)
    parser.add_argument("--web-kills", type=int, default=usual.web_kills)
    parser.add_argument("--database-kills", type=int, default=usual.database_kills)
    parser.add_argument("--spread", type=float, default=usual.spread, help="seconds in which buyers arrive")
    parser.add_argument(
        "--never",
        action=argparse.BooleanOptionalAction,
        default=usual.never,
        help="some webhooks never come: the reconciler finds their payments, within five minutes",
    )
    parser.add_argument("--folder", type=Path, help="a new folder that keeps the servers' data and logs")
    options = parser.parse_args(arguments)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.default_int_handler)
    result = run(Race(**vars(options)))
    for line in report(result):
        print(line)
    return 1 if result.wrong else 0
