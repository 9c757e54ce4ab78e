"""Orders as the merchant sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from babel.numbers import get_currency_precision
from sqlalchemy import Select, or_, select

from storefront.accounts.models import User
from storefront.backoffice.orders import goods, operations
from storefront.backoffice.orders import money as refunds
from storefront.backoffice.orders.pages import (
    Cancels,
    DeskPage,
    Entry,
    LetterRow,
    LooseEnds,
    Money,
    OrderList,
    Row,
    Some,
)
from storefront.checkout.models import Refund
from storefront.checkout.reconciling import loose_money
from storefront.mail.models import Letter
from storefront.orders import operations as orders
from storefront.orders import showing
from storefront.orders.models import ORDER_STATES, Order, OrderEvent
from storefront.web import money
from storefront.web.context import shop

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: ``text`` is a number or a part of an address, days are ISO 8601; empty asks nothing."""

    state: str = ""
    text: str = ""
    since: str = ""
    until: str = ""
    page: int = 1


def order_list(wanted: Wanted) -> OrderList:
    """The orders that fit, the newest first."""
    statement = _asked(wanted).order_by(Order.placed_at.desc(), Order.id.desc())
    with shop().database.transaction() as session:
        found = session.scalars(statement.offset((wanted.page - 1) * PAGE).limit(PAGE + 1)).all()
    return OrderList(
        rows=tuple(map(_row, found[:PAGE])),
        states=tuple((state, showing.STATES[state][0]) for state in ORDER_STATES),
        state=wanted.state,
        text=wanted.text,
        since=wanted.since,
        until=wanted.until,
        newer=_address(wanted, wanted.page - 1) if wanted.page > 1 else "",
        older=_address(wanted, wanted.page + 1) if len(found) > PAGE else "",
    )


def desk_page(order: Order, notice: str = "") -> DeskPage:
    """The order and all that may be done to it."""
    history, left = orders.history(order), refunds.left_of(order)
    places = -get_currency_precision(order.currency)
    return DeskPage(
        order=showing.order_page(order, (), orders.parcels(order), in_account=False),
        unsent=_some(order, [line.unsent for line in order.lines]),
        out=_some(order, [line.out for line in order.lines]),
        log=_log(history),
        letters=tuple(map(_letter, operations.letters(order, _refunds(order)))),
        left=str(Decimal(left).scaleb(places)),
        left_text=showing.price(order, left) if left else "",
        currency=order.currency,
        parked=order.state == "parked",
        cancels=_cancels(order, left),
        notice=notice,
    )


def loose_ends(notice: str = "") -> LooseEnds:
    """Money that should go back, and letters that were given up."""
    found = loose_money(shop().database, older_seconds=0)
    return LooseEnds(
        money=tuple(
            Money(
                payment_id=loose.payment_id,
                amount=money.text(loose.left, loose.currency),
                provider=loose.provider,
                reference=loose.reference,
                email=loose.email,
                number=loose.order_number,
                since=showing.day(loose.since),
            )
            for loose in found
        ),
        letters=tuple(
            (letter.id, letter.template, letter.recipient, letter.error)
            for letter in operations.lost_letters()
        ),
        notice=notice,
    )


def _asked(wanted: Wanted) -> Select[Order]:
    statement = select(Order)
    if wanted.state in ORDER_STATES:
        statement = statement.where(Order.state == wanted.state)
    if text := wanted.text.strip():
        like = Order.email.contains(text.lower(), autoescape=True)
        statement = statement.where(or_(Order.number == text.upper(), like))
    if since := _day(wanted.since):
        statement = statement.where(Order.placed_at >= since)
    if until := _day(wanted.until):
        statement = statement.where(Order.placed_at < until + timedelta(days=1))
    return statement


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if 2000 <= day.year < 9999 else None
    except ValueError:
        return None


def _address(wanted: Wanted, page: int) -> str:
    fields = {name: getattr(wanted, name) for name in ("state", "text", "since", "until")}
    asked = {name: value for name, value in fields.items() if value}
    return f"/merchant/orders?{urlencode(asked | {'page': page})}"


def _row(order: Order) -> Row:
    card = showing.card(order)
    return Row(card.number, card.day, card.state, card.tone, card.total, order.email, card.what)


def _some(order: Order, units: Sequence[int]) -> tuple[Some, ...]:
    """So many of each line; nothing of a parked order has been taken from stock yet."""
    if order.state == "parked":
        return ()
    return tuple(
        Some(line.position, line.item["title"], _chosen(line.item["chosen"]), number)
        for line, number in zip(order.lines, units, strict=True)
        if number
    )


def _cancels(order: Order, left: int) -> Cancels | None:
    if order.state not in ("placed", "part_shipped"):
        return None
    owed = goods.owed_for_rest(order, left)
    return Cancels(order.state == "placed", showing.price(order, owed) if owed else "")


def _chosen(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{label}: {value}" for label, value in pairs)


def _log(history: Sequence[OrderEvent]) -> tuple[Entry, ...]:
    actors = {event.actor for event in history if event.actor}
    with shop().database.transaction() as session:
        rows = session.execute(select(User.id, User.email).where(User.id.in_(sorted(actors)))).all()
    names = {row.id: row.email for row in rows}
    return tuple(
        Entry(f"{event.at:%Y-%m-%d %H:%M} UTC", event.kind, event.text, names.get(event.actor, event.actor))
        for event in history
    )


def _refunds(order: Order) -> tuple[str, ...]:
    with shop().database.transaction() as session:
        return tuple(session.scalars(select(Refund.id).where(Refund.payment_id == order.payment_id)))


def _letter(letter: Letter) -> LetterRow:
    state = f"Sent on {showing.day(letter.sent_at)}" if letter.sent_at else "Waits to be sent"
    if letter.sent_at is None and letter.next_try is None:
        state = f"Could not be sent: {letter.error}"
    again = bool(letter.details) and not letter.template.endswith("_merchant")
    return LetterRow(letter.id, letter.template.replace("_", " "), letter.recipient, state, again)
