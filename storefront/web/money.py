"""Money is an integer of minor units and a currency; this writes it for people."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision


def text(amount: int, currency: str) -> str:
    """``123450, "EUR"`` -> ``€1,234.50``; whole amounts drop the zeros: ``€1,234``."""
    value = Decimal(abs(amount)).scaleb(-_precision(currency))
    sign = "−" if amount < 0 else ""
    if value == value.to_integral_value():
        return sign + format_currency(value, currency, "¤#,##0", locale="en", currency_digits=False)
    return sign + format_currency(value, currency, locale="en")


def parse(given: str, currency: str) -> int:
    """``"1234.50"`` -> 123450 minor units. Raises ValueError with what was expected."""
    precision = _precision(currency)
    whole, _, part = given.strip().partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 9 or len(part) > precision:
        raise ValueError(f"write an amount like 1234.50, with at most {precision} digits after the point")
    if part and not (part.isascii() and part.isdigit()):
        raise ValueError("write an amount like 1234.50")
    return int((whole + part.ljust(precision, "0")) or 0)


def _precision(currency: str) -> int:
    return int(get_currency_precision(currency))
