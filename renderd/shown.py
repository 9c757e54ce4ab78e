"""What ``python -m renderd inspect`` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

UNITS = {1.0: "metres", 0.01: "centimetres", 0.001: "millimetres", 0.0254: "inches"}
LOOKS = {"error": "bold red", "warning": "yellow", "note": "dim"}
MOST_NAMES = 12


def show(found: Mapping[str, Any], console: Console) -> None:
    """Print a model's facts and remarks as two tables."""
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for label, text in rows(found):
        facts.add_row(f"[bold]{label}", escape(text))
    console.print(facts)
    console.print()
    remarks = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for remark in found["report"]:
        style = LOOKS[remark["severity"]]
        remarks.add_row(f"[{style}]{remark['severity']}", escape(f"{remark['message']} {remark['advice']}"))
    console.print(remarks)


def rows(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of each fact."""
    source = found["source"]
    width, height, depth = (f"{100 * side:,.4g} cm" for side in found["size"])
    counts = f"{UNITS[source['unit']]}, {source['up'].upper()} up"
    textures = ", ".join(f"{wide} × {high}" for wide, high in found["textures"])
    return [
        ("Format", f"{source['format']}, {source['bytes']:,} bytes"),
        ("Counts in", counts if source["sure"] else f"{counts} (a guess: say --unit and --up)"),
        ("Size", f"{width} wide, {depth} deep, {height} high"),
        ("Triangles", f"{found['triangles']:,} in {found['draws']:,} draw calls"),
        ("Textures", textures or "none"),
        ("On a phone", f"{found['memory'] / 1e6:,.1f} MB as it is"),
        *((label, named(found[key])) for label, key in NAMES if found[key]),
    ]


NAMES = (
    ("Nodes", "nodes"),
    ("Materials", "materials"),
    ("Variants", "variants"),
    ("Extensions", "extensions"),
)


def named(names: list[str]) -> str:
    """The first names, and how many more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
