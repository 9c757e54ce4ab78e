"""``cost``: what the shop costs a month, for three sizes."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from troposphere_stacks.cost.habits import Habits, table
from troposphere_stacks.cost.report import data, estimates, habits_text, text
from troposphere_stacks.cost.sizes import SIZES
from troposphere_stacks.deployment import StackError

_ABOUT = """\
Estimate a month's bill at launch, with a million and with ten million shoppers a month, and what caches save.

Instance types, counts, gateways, endpoints, keys and alarms are read from the templates; list prices from the
dated tables in troposphere_stacks/cost/tables; what shoppers do from habits, each with its source (--habits).
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "cost",
        help="estimate a month's bill for three sizes of shop",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--lines", action="store_true", help="show what each service counts")
    parser.add_argument(
        "--habits", action="store_true", help="show what is assumed of shoppers, with sources"
    )
    parser.add_argument(
        "--set",
        metavar="HABIT=NUMBER",
        action="append",
        default=[],
        help="another figure for a habit, e.g. --set visits=3; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the estimate. Raises :class:`StackError` for an unknown habit, or a resource without a price."""
    habits = changed(arguments.set)
    if arguments.habits:
        print("\n".join(habits_text(habits)))
        return 0
    told = estimates(SIZES, habits)
    print(
        json.dumps(data(told), indent=1) if arguments.json else "\n".join(text(told, lines=arguments.lines))
    )
    return 0


def changed(settings: list[str]) -> Habits:
    """The habits with what ``HABIT=NUMBER`` says. Raises :class:`StackError`."""
    known = {entry.name for entry in table()}
    values: dict[str, float] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in known:
            raise StackError(f"--set: there is no habit {name!r}; --habits lists them")
        try:
            values[name] = float(number)
        except ValueError:
            raise StackError(f"--set: expected {name}=NUMBER, not {setting!r}") from None
    return replace(Habits(), **values)
