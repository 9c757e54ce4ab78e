"""What a provider's event does to checkout, stock, order and payment: one transaction for each.

Events come more than once, late, and in any order. Money that nothing can be sold for is ``refund_due``.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Literal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.checkout import refunding, uses
from storefront.checkout.errors import UnknownCheckout, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import Checkout, Payment, PaymentEvent
from storefront.checkout.payments import Event
from storefront.checkout.reserving import locked
from storefront.orders import placing
from storefront.orders.models import Order
from storefront.stock import operations as stock
from storefront.stores.database import Database, change, insert_new, inserted, table_of

log = logging.getLogger(__name__)

Outcome = Literal["placed", "parked", "refund_due", "declined", "refunded", "repeat", "unknown"]

_TAKEN = ("captured", "refund_due", "refunded")


def settle(database: Database, event: Event) -> Outcome:
    """Do what the event asks for, once however often it comes; it is done when this returns."""
    return database.unit(partial(_settle, event=event))


def place_parked(database: Database, order_id: str, actor: str) -> Order:
    """The merchant found units for a parked order: take them from stock and place it.

    Raises ``stock.SoldOut``, and :class:`WrongState` for an order that isn't parked or was refunded.
    """

    def work(session: Session) -> Order:
        paid_by = session.get_one(Order, order_id).payment_id
        payment = session.get_one(Payment, paid_by, with_for_update=True, populate_existing=True)
        order = session.get_one(Order, order_id, with_for_update=True, populate_existing=True)
        if order.state != "parked" or payment.state != "refund_due" or payment.refunded:
            raise WrongState(order.state)
        stock.hold(session, order.checkout_id, needed(LineItem.from_json(line.item) for line in order.lines))
        stock.sell(session, order.checkout_id, order.number)
        order.state, payment.state = "placed", "captured"
        placing.note(session, order, "placed", "Units were found.", actor)
        placing.tell(session, order, "confirmation")
        return order

    return database.unit(work)


def _settle(session: Session, event: Event) -> Outcome:
    checkout = _checkout_of(session, event)
    if checkout is None:
        log.error("%s tells of %s %s, which isn't of this shop", event.provider, event.kind, event.reference)
        return "unknown"
    if not _is_new(session, event):
        return "repeat"
    payment = _payment(session, event, checkout)
    if event.kind == "captured":
        return _captured(session, event, checkout, payment)
    if event.kind == "refunded":
        return refunding.refunded(session, payment, event)
    if event.kind == "refund_failed":
        return refunding.failed(session, payment, event)
    return _declined(checkout, payment)


_paid = table_of(Payment).c
_CHECKOUT_ID = select(_paid.checkout_id).where(
    _paid.provider == bindparam("provider"), _paid.reference == bindparam("reference")
)
_PAYMENT = (
    select(Payment)
    .where(Payment.provider == bindparam("provider"), Payment.reference == bindparam("reference"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _checkout_of(session: Session, event: Event) -> Checkout | None:
    """The checkout that the event is about, locked."""
    known = session.scalar(_CHECKOUT_ID, {"provider": event.provider, "reference": event.reference})
    try:
        # An event may be here before the answer to the call that started the payment was written down.
        return locked(session, known or event.checkout_id)
    except UnknownCheckout:
        return None


def _is_new(session: Session, event: Event) -> bool:
    return insert_new(
        session,
        PaymentEvent,
        provider=event.provider,
        event_id=event.id,
        kind=event.kind,
        reference=event.reference,
        body=dict(event.body),
    )


def _payment(session: Session, event: Event, checkout: Checkout) -> Payment:
    """The payment of a locked checkout that the event is about, locked too."""
    named = {"provider": event.provider, "reference": event.reference}
    money = {"amount": event.amount, "currency": event.currency}
    new = inserted(session, Payment, checkout_id=checkout.id, **named, **money)
    return new or session.scalars(_PAYMENT, named).one()


def _declined(checkout: Checkout, payment: Payment) -> Outcome:
    if payment.state != "started":
        return "repeat"
    payment.state = "declined"
    if payment.attempt == checkout.attempt:
        checkout.attempt += 1  # the provider would answer the same key with the page that has ended
    return "declined"


def _captured(session: Session, event: Event, checkout: Checkout, payment: Payment) -> Outcome:
    if payment.state in _TAKEN:
        return "repeat"
    if (payment.amount, payment.currency) != (event.amount, event.currency):
        change(session, payment, amount=event.amount, currency=event.currency)
    asked = (checkout.amount, checkout.currency)
    if (event.amount, event.currency) != asked or not checkout.lines:
        return _owe(session, checkout, payment, "It isn't what the order costs.")
    if checkout.state in ("paid", "cancelled"):
        return _owe(session, checkout, payment, f"The order was {checkout.state} before.")
    if checkout.state != "reserved" and _goes_elsewhere(checkout):
        return _owe(session, checkout, payment, "The address was changed after the payment had begun.")
    missing = "" if checkout.state == "reserved" else _taken_again(session, checkout)
    return _place(session, checkout, payment, missing)


def _goes_elsewhere(checkout: Checkout) -> bool:
    """Whether another address or way was chosen since the amounts were frozen: it may cost more."""
    chosen, frozen = checkout.delivery, checkout.amounts.get("delivery", 0)
    return chosen is None or chosen.get("amount", 0) != frozen


def _taken_again(session: Session, checkout: Checkout) -> str:
    """Take units and voucher for money that came after they were given back; why that failed, in words."""
    if not uses.try_use(session, checkout.id, checkout.voucher, checkout.email):
        return f"The payment came after the hold had ended, and voucher {checkout.voucher} is used up."
    if short := stock.try_hold(session, checkout.id, needed(map(LineItem.from_json, checkout.lines))):
        uses.give_back(session, checkout.id)
        return "The payment came after the hold had ended, and these are gone: " + ", ".join(sorted(short))
    return ""


def _place(session: Session, checkout: Checkout, payment: Payment, missing: str) -> Outcome:
    order = placing.place(session, _purchase(checkout, payment), missing)
    if not missing:
        stock.sell(session, checkout.id, order.number)
    change(session, checkout, state="paid")
    change(session, payment, state="refund_due" if missing else "captured")
    return "parked" if missing else "placed"


def _owe(session: Session, checkout: Checkout, payment: Payment, why: str) -> Outcome:
    payment.state = "refund_due"
    details = {
        "payment_id": payment.id,
        "reference": payment.reference,
        "provider": payment.provider,
        "amount": payment.amount,
        "currency": payment.currency,
        "email": checkout.email,
        "reason": why,
    }
    mail.post(session, "refund_due", payment.id, checkout.email, details)
    placing.tell_merchant(session, "refund_due_merchant", payment.id, details)
    return "refund_due"


def _purchase(checkout: Checkout, payment: Payment) -> placing.Purchase:
    return placing.Purchase(
        checkout_id=checkout.id,
        payment_id=payment.id,
        user_id=checkout.user_id,
        email=checkout.email,
        address=checkout.address or {},
        delivery=checkout.delivery or {},
        amounts=checkout.amounts,
        amount=checkout.amount,
        currency=checkout.currency,
        lines=checkout.lines,
    )
