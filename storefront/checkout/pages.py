"""What the checkout's pages are told. Amounts are integers in the minor unit of the shop's currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.accounts.addresses import Entry
from storefront.checkout.countries import Format
from storefront.checkout.goods import Change


@dataclass(frozen=True, slots=True)
class Mark:
    """A step in the row of steps: ``state`` is ``done``, ``here`` or ``ahead``."""

    title: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Bought:
    """A line item; ``picture`` is an object key, or empty; ``note`` says when it is ready."""

    title: str
    chosen: tuple[tuple[str, str], ...]
    units: int
    unit_price: int
    total: int
    picture: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What is bought and what it costs so far; ``rows`` are (label, amount). ``complete`` with delivery."""

    lines: tuple[Bought, ...]
    rows: tuple[tuple[str, int], ...]
    total: int
    tax: str
    complete: bool
    pieces: int


@dataclass(frozen=True, slots=True)
class ContactPage:
    """``checkout/contact.html``. ``person`` is the signed-in user's e-mail, or empty."""

    trail: tuple[Mark, ...]
    summary: Summary
    form: Any
    errors: Mapping[str, str]
    person: str


@dataclass(frozen=True, slots=True)
class AddressPage:
    """``checkout/address.html``. ``used`` is how the chosen country writes addresses."""

    trail: tuple[Mark, ...]
    summary: Summary
    form: Any
    errors: Mapping[str, str]
    used: Format
    book: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of delivery, in words."""

    key: str
    title: str
    amount: int
    when: str
    parcels: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """``checkout/delivery.html``."""

    trail: tuple[Mark, ...]
    summary: Summary
    ways: tuple[Way, ...]
    errors: Mapping[str, str]
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayPage:
    """``checkout/pay.html``. ``seconds`` are left of the hold, which can be extended ``extensions`` times.

    ``terms`` names what is shown.
    """

    trail: tuple[Mark, ...]
    summary: Summary
    email: str
    address: tuple[str, ...]
    delivery: str
    when: str
    seconds: int
    extensions: int
    amount: int
    terms: str
    voucher: str
    code: str
    problem: str
    voucher_problem: str
    trial: bool


@dataclass(frozen=True, slots=True)
class EndedPage:
    """``checkout/ended.html``: the hold is over."""

    trail: tuple[Mark, ...]
    summary: Summary
    problem: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """``checkout/changes.html``: what became different. ``digest`` names what is accepted."""

    changes: tuple[Change, ...]
    digest: str
    again: bool
    all_gone: bool


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """``checkout/waiting.html``: the provider's word isn't here yet."""

    email: str


@dataclass(frozen=True, slots=True)
class DonePage:
    """``checkout/done.html``. ``number`` is the order's, empty where money comes back instead.

    ``too_late``: the shopper changed something after the payment had begun.
    """

    number: str
    url: str
    email: str
    parked: bool
    too_late: bool
    summary: Summary
    address: tuple[str, ...]
    when: str


@dataclass(frozen=True, slots=True)
class ZoneRates:
    """Delivery to countries of one zone. ``express`` is what each parcel costs on top, or empty."""

    countries: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    days: str
    express: str
    express_days: str


@dataclass(frozen=True, slots=True)
class RatesPage:
    """``checkout/rates.html``. ``parcels`` say what fits into them."""

    zones: tuple[ZoneRates, ...]
    parcels: tuple[tuple[str, str], ...]
