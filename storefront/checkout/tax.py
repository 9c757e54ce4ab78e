"""The tax that a purchase contains, by where it goes. Prices include it, so it never changes what is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

EU_RATES = {
    "AT": 200, "BE": 210, "BG": 200, "CY": 190, "CZ": 210, "DE": 190, "DK": 250, "EE": 240, "ES": 210,
    "FI": 255, "FR": 200, "GR": 240, "HR": 250, "HU": 270, "IE": 230, "IT": 220, "LT": 210, "LU": 170,
    "LV": 210, "MT": 180, "NL": 210, "PL": 230, "PT": 230, "RO": 210, "SE": 250, "SI": 220, "SK": 230,
}  # fmt: skip
"""Standard rates of VAT in parts per thousand, as of 1 August 2025.

Source: European Commission, Taxes in Europe Database. They are written by hand; look there before selling.
"""

_OUTSIDE_OF_VAT = {
    "DE": ("27498", "78266"),
    "ES": ("35", "38", "51", "52"),
    "FI": ("22",),
    "GR": ("63086",),
    "IT": ("23041", "22061"),
}
"""How postcodes begin that belong to the union but not to its VAT area (directive 2006/112/EC, article 6)."""


@dataclass(frozen=True, slots=True)
class Tax:
    """``amount`` of what is paid is tax, in minor units; ``label`` says so to the shopper."""

    amount: int
    label: str


class TaxProvider(Protocol):
    """Says how much of a purchase is tax."""

    def tax(self, gross: int, address: Mapping[str, str]) -> Tax:
        """``gross`` is all that is paid, delivery too; ``address`` as a checkout keeps it."""


class InclusiveVat:
    """The VAT of the country that the goods go to, contained in the price.

    A price is the same wherever it goes: what leaves the union contains no VAT and costs as much, since
    the page that showed the price didn't know where it goes, and a price that was seen is the one paid.
    """

    def tax(self, gross: int, address: Mapping[str, str]) -> Tax:
        country, postcode = address["country"], address.get("postcode", "")
        rate = 0 if postcode.startswith(_OUTSIDE_OF_VAT.get(country, ("-",))) else EU_RATES.get(country, 0)
        if not rate:
            return Tax(0, "No VAT: import taxes may be asked for where it arrives")
        return Tax(_contained(gross, rate), f"Includes {rate / 10:g} % VAT")


def _contained(gross: int, rate: int) -> int:
    # Half a minor unit is rounded up.
    return (2 * gross * rate + 1000 + rate) // (2 * (1000 + rate))
