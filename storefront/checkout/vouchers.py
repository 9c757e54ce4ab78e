"""What a voucher takes off a price. Pure: how often it may be used is counted in ``uses``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storefront.checkout.lines import LineItem
from storefront.checkout.models import Voucher
from storefront.web import money


class NotValid(Exception):
    """The voucher doesn't count for these goods, or not now; the message says why, to the shopper."""


@dataclass(frozen=True, slots=True)
class Discount:
    """``amount`` is negative: minor units of the shop's currency."""

    code: str
    label: str
    amount: int


def discount(voucher: Voucher, lines: Iterable[LineItem], currency: str, now: datetime) -> Discount:
    """What the voucher takes off these lines. Raises :class:`NotValid`.

    A percentage is rounded half up; no voucher takes off more than its goods cost, nor any delivery.
    """
    kept = tuple(lines)
    _check_time(voucher, now)
    if sum(line.total for line in kept) < voucher.minimum:
        raise NotValid(f"This voucher is for orders from {money.text(voucher.minimum, currency)}.")
    base = sum(line.total for line in kept if voucher.category in (None, line.category))
    if not base:
        raise NotValid("This voucher isn't for any of these goods.")
    off = voucher.value if voucher.kind == "fixed" else (base * voucher.value + 50) // 100
    return Discount(voucher.code, f"Voucher {voucher.code}", -min(off, base))


def _check_time(voucher: Voucher, now: datetime) -> None:
    if voucher.valid_from is not None and now < voucher.valid_from:
        raise NotValid(f"This voucher counts from {voucher.valid_from:%-d %B %Y} on.")
    if voucher.valid_until is not None and now >= voucher.valid_until:
        raise NotValid("This voucher has ended.")
