"""How addresses are written in the countries that carriers go to."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """``postcode`` is a regular expression for the whole of it, ``example`` one that fits.

    ``region`` is what the country calls the part that its addresses name, empty where they name none.
    """

    postcode: str
    example: str
    postcode_label: str = "Postcode"
    region: str = ""

    @property
    def digits(self) -> bool:
        """Whether a keyboard of digits will do."""
        return self.example.isdigit()

    def fits(self, postcode: str) -> bool:
        """Whether it may be a postcode there; letters may be small."""
        return re.fullmatch(self.postcode, postcode, re.IGNORECASE) is not None


def _digits(number: int) -> Format:
    return Format(rf"[0-9]{{{number}}}", "1234567"[:number])


_SPACED = Format("[0-9]{3} ?[0-9]{2}", "123 45")

_FORMATS = {
    **dict.fromkeys(["AT", "BE", "BG", "CH", "CY", "DK", "HU", "LU", "NO", "NZ", "SI"], _digits(4)),
    **dict.fromkeys(["DE", "EE", "ES", "FI", "FR", "HR", "KR"], _digits(5)),
    **dict.fromkeys(["CZ", "GR", "SE", "SK"], _SPACED),
    **dict.fromkeys(["RO", "SG"], _digits(6)),
    "AU": Format("[0-9]{4}", "2000", region="State or territory"),
    "CA": Format("[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", "K1A 0B1", "Postal code", "Province or territory"),
    "GB": Format("[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}", "SW1A 1AA"),
    "IE": Format("[A-Z][0-9][0-9W] ?[0-9A-Z]{4}", "D02 AF30", "Eircode"),
    "IS": _digits(3),
    "IT": Format("[0-9]{5}", "00118", region="Province"),
    "JP": Format("[0-9]{3}-?[0-9]{4}", "100-0001", "Postal code", "Prefecture"),
    "LI": Format("94[0-9]{2}", "9490"),
    "LT": Format("(LT-)?[0-9]{5}", "01100"),
    "LV": Format("(LV-)?[0-9]{4}", "LV-1010"),
    "MT": Format("[A-Z]{3} ?[0-9]{4}", "VLT 1117"),
    "NL": Format("[1-9][0-9]{3} ?[A-Z]{2}", "1012 AB"),
    "PL": Format("[0-9]{2}-[0-9]{3}", "00-001"),
    "PT": Format("[0-9]{4}-[0-9]{3}", "1000-001"),
    "US": Format("[0-9]{5}(-[0-9]{4})?", "10001", "ZIP code", "State"),
}
_ANY = Format(".{0,20}", "")


def format_of(country: str) -> Format:
    """How addresses are written there; of a country that isn't known nothing is asked."""
    return _FORMATS.get(country, _ANY)
