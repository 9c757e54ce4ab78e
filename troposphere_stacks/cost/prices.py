"""List prices of one region, from its dated table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from troposphere_stacks.deployment import StackError

HOURS = 730
"""Hours in a month, as AWS counts them."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars, and when they were taken down."""

    region: str
    date: date
    of: Mapping[str, Mapping[str, float]]

    def __call__(self, service: str, what: str) -> float:
        """One price. Raises :class:`StackError` where the table has none."""
        try:
            return float(self.of[service][what])
        except KeyError:
            raise StackError(
                f"no price of {service}.{what} in {self.region}: add it to troposphere_stacks/cost/tables/"
                f"{self.region}.toml"
            ) from None


@cache
def prices(region: str) -> Prices:
    """The region's table. Raises :class:`StackError` where there is none."""
    table = files("troposphere_stacks.cost").joinpath("tables", f"{region}.toml")
    if not table.is_file():
        raise StackError(
            f"no prices of {region}; there are those of {', '.join(regions())}: add {region}.toml beside them"
        )
    content = tomllib.loads(table.read_text())
    return Prices(
        region, content.pop("date"), {name: values for name, values in content.items() if name != "region"}
    )


def regions() -> list[str]:
    """The regions that have a table."""
    tables = files("troposphere_stacks.cost").joinpath("tables").iterdir()
    return sorted(table.name.removesuffix(".toml") for table in tables if table.name.endswith(".toml"))
