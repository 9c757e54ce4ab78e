"""Holds the shop's books against its stock, the provider's books and what the buyers were told."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.race.arena import SKU, Arena
from bench.race.buyer import NEITHER, ORDERED, PARKED, REFUSED, WAITS, Told
from storefront.checkout.models import Checkout, Payment
from storefront.checkout.payments import Event
from storefront.checkout.payments.testing import TrialProvider
from storefront.mail.models import Letter
from storefront.orders.models import Order
from storefront.stock import operations as stock
from storefront.stock.models import Movement, Reservation, Stock

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_MONEY_KEPT = ("captured", "refund_due", "refunded")


@dataclass(frozen=True, slots=True)
class Books:
    """All that is written down in the end. ``captured`` are what the provider took, in its own words."""

    orders: Sequence[Order]
    payments: Sequence[Payment]
    captured: Sequence[Event]
    sold: dict[str, int]
    on_hand: int
    reserved: int
    holds: int
    ledger: Sequence[str]
    confirmations: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``expected`` is None where any value is right."""

    name: str
    value: object
    expected: object = None

    @property
    def right(self) -> bool:
        return self.expected is None or self.value == self.expected


def settled(arena: Arena, patience: float) -> float | None:
    """Wait until nothing is under way any more: the seconds that took, None where it never ended."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        arena.keep()
        if arena.whole and not list(_under_way(arena)):
            return time.monotonic() - begun
        time.sleep(1.0)
    return None


def _under_way(arena: Arena) -> Iterator[str]:
    known = {event.reference for event in _captured(arena)}
    with arena.database.transaction() as session:
        kept = select(Payment.reference).where(Payment.state.in_(_MONEY_KEPT))
        yield from sorted(known - set(session.scalars(kept)))
        yield from session.scalars(select(Checkout.id).where(Checkout.state == "reserved"))
        yield from session.scalars(select(Letter.id).where(Letter.sent_at.is_(None)))


def read(arena: Arena) -> Books:
    """Everything that was written down."""
    with arena.database.transaction() as session:
        shelf = session.get_one(Stock, SKU)
        letters = select(func.count()).select_from(Letter)
        return Books(
            orders=session.scalars(select(Order)).all(),
            payments=session.scalars(select(Payment)).all(),
            captured=_captured(arena),
            sold=_sold(session),
            on_hand=shelf.on_hand,
            reserved=shelf.reserved,
            holds=session.scalar(select(func.count()).select_from(Reservation)) or 0,
            ledger=stock.ledger_differs(session),
            confirmations=session.scalar(letters.where(Letter.template == "confirmation")) or 0,
            unsent=session.scalar(letters.where(Letter.sent_at.is_(None))) or 0,
        )


def _captured(arena: Arena) -> list[Event]:
    provider = TrialProvider(arena.settings.testpay_url, arena.settings.testpay_secret)
    return [event for event in provider.events(_LONG_AGO) if event.kind == "captured"]


def _sold(session: Session) -> dict[str, int]:
    moved = select(Movement.reference, func.sum(-Movement.units)).where(Movement.reason == "sold")
    return {number: int(units) for number, units in session.execute(moved.group_by(Movement.reference))}


def figures(books: Books, told: Sequence[Told], units: int) -> Iterator[Figure]:
    """The report, line by line."""
    placed = [order for order in books.orders if order.state == "placed"]
    parked = [order for order in books.orders if order.state == "parked"]
    yield Figure("orders placed", len(placed), units)
    yield Figure("units left", books.on_hand - books.reserved, 0)
    yield Figure("units on hand", books.on_hand, 0)
    yield Figure("what ledger and stock differ in", list(books.ledger), [])
    yield Figure("holds left", books.holds, 0)
    yield Figure("orders without a reservation", len(_unreserved(books, placed)), 0)
    yield Figure("charges", len(books.captured))
    yield Figure("charges without an order", len(_homeless(books)), 0)
    yield Figure("charges doubled", _doubled(books), 0)
    yield Figure("parked orders, whose money goes back", len(parked))
    yield Figure("money due back without an order", len(_due_back(books)))
    yield Figure("confirmations, one for each order", books.confirmations, len(placed))
    yield Figure("letters that didn't leave", books.unsent, 0)
    yield from _buyers(books, told)


def _buyers(books: Books, told: Sequence[Told]) -> Iterator[Figure]:
    ends = Counter(one.end for one in told)
    yield Figure("buyers with an order", ends[ORDERED])
    yield Figure("buyers with a clear refusal", ends[REFUSED])
    yield Figure("buyers told that money goes back", ends[PARKED])
    yield Figure("buyers with neither", ends[NEITHER] + ends[WAITS], 0)
    yield Figure("buyers told otherwise than the books", len(_contradicted(books, told)), 0)
    answers = sum((one.answers for one in told), Counter[int]())
    yield Figure("answers", answers.total())
    yield Figure("answers that ask for a moment (409, 503)", answers[409] + answers[503])
    yield Figure("answers that say that the shop broke (500)", answers[500], 0)


def _unreserved(books: Books, placed: Sequence[Order]) -> list[str]:
    """Orders for which other units left the stock than they have, or none."""
    asked = {order.number: sum(line.units for line in order.lines) for order in placed}
    numbers = asked.keys() | books.sold.keys()
    return [number for number in numbers if asked.get(number, 0) != books.sold.get(number, 0)]


def _homeless(books: Books) -> list[str]:
    """Money that the provider took, and that no order and no refund of the shop stands against."""
    kept = {payment.reference: payment for payment in books.payments if payment.state in _MONEY_KEPT}
    paid = {order.payment_id for order in books.orders}
    return [
        event.reference
        for event in books.captured
        if (payment := kept.get(event.reference)) is None
        or (payment.id not in paid and payment.state == "captured")
        or payment.amount != event.amount
    ]


def _doubled(books: Books) -> int:
    """Charges beyond the first of a checkout, and beyond the first of a person."""
    by_checkout = Counter(event.checkout_id for event in books.captured)
    by_person = Counter(order.email for order in books.orders)
    return sum(count - 1 for count in (*by_checkout.values(), *by_person.values()))


def _due_back(books: Books) -> list[str]:
    paid = {order.payment_id for order in books.orders}
    return [one.reference for one in books.payments if one.state == "refund_due" and one.id not in paid]


def _contradicted(books: Books, told: Sequence[Told]) -> list[Told]:
    """Who was told of an order that isn't there, or of none where there is one."""
    numbers = {order.email: order.number for order in books.orders}
    return [one for one in told if numbers.get(one.wish.email) != number_in(one)]


def number_in(told: Told) -> str | None:
    """The order's number that a person was told."""
    found = re.search(r"order number is (\w+)", told.words)
    return found[1] if found and told.end in (ORDERED, PARKED) else None
