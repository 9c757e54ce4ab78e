"""What a provider's event does to checkout, stock, order and payment: one transaction for each.

Events come more than once, late, and in any order. Money that nothing can be sold for is ``refund_due``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.checkout import refunding, uses
from storefront.checkout.errors import UnknownCheckout, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import Checkout, Payment, PaymentEvent
from storefront.checkout.payments import Event
from storefront.checkout.reserving import locked, terms_of
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
# By the key, where the event is here before the answer to the call that started the payment.
_NAMED = (
    _paid.provider == bindparam("provider"),
    _paid.reference.in_([bindparam("reference"), bindparam("key")]),
)
_CHECKOUT_ID = select(_paid.checkout_id).where(*_NAMED)
_PAYMENT = select(Payment).where(*_NAMED).with_for_update().execution_options(populate_existing=True)


def _checkout_of(session: Session, event: Event) -> Checkout | None:
    """The checkout that the event is about, locked."""
    known = session.scalar(_CHECKOUT_ID, _names(event))
    try:
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
    payment = session.scalars(_PAYMENT, _names(event)).one_or_none()
    if payment is None:
        # The provider's word outlives a database that lost what it had written last.
        return _unknown(session, event, checkout)
    if payment.reference != event.reference:
        change(session, payment, reference=event.reference)
    return payment


def _unknown(session: Session, event: Event, checkout: Checkout) -> Payment:
    named = {"provider": event.provider, "reference": event.reference}
    money = {"amount": event.amount, "currency": event.currency}
    new = inserted(session, Payment, checkout_id=checkout.id, **named, **money)
    return new or session.scalars(_PAYMENT, _names(event)).one()


def _names(event: Event) -> dict[str, str]:
    """A refund's key is no payment's."""
    key = event.key if event.kind in ("captured", "declined", "expired") else event.reference
    return {"provider": event.provider, "reference": event.reference, "key": key}


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
    terms = payment.terms or terms_of(checkout)
    if (event.amount, event.currency) != (terms["amount"], terms["currency"]) or not terms["lines"]:
        return _owe(session, checkout, payment, "It isn't what the order costs.")
    if checkout.state in ("paid", "cancelled"):
        return _owe(session, checkout, payment, f"The order was {checkout.state} before.")
    if payment.terms is None and checkout.state == "open":
        return _owe(session, checkout, payment, "The order was changed, and nothing says what it paid for.")
    if checkout.state == "reserved" and terms == terms_of(checkout):
        return _place(session, checkout, payment, "")
    return _place_as_paid(session, checkout, payment, terms)


def _place_as_paid(session: Session, checkout: Checkout, payment: Payment, terms: dict[str, Any]) -> Outcome:
    """Money that came after the hold had ended, or after something else was chosen: what was paid counts."""
    changed = _changed(checkout, terms)
    change(session, checkout, **terms)
    outcome = _place(session, checkout, payment, _taken_again(session, checkout))
    if changed:
        order = session.scalars(select(Order).where(Order.payment_id == payment.id)).one()
        said = f"Changed after the payment had begun, and not followed: {', '.join(changed)}."
        placing.note(session, order, "changed_late", said)
    return outcome


def _changed(checkout: Checkout, terms: Mapping[str, Any]) -> list[str]:
    """What the shopper chose since, in words; what is still to be chosen again says nothing."""
    now = terms_of(checkout)
    told = {"email": "e-mail address", "address": "address", "delivery": "delivery", "lines": "goods"}
    return [word for name, word in told.items() if now[name] and now[name] != terms[name]]


def _taken_again(session: Session, checkout: Checkout) -> str:
    """Hold what was paid, and nothing else, with its voucher; why that failed, in words."""
    if not uses.try_use(session, checkout.id, checkout.voucher, checkout.email):
        stock.release(session, checkout.id)
        return f"The payment came when nothing was held for it, and voucher {checkout.voucher} is used up."
    if short := stock.try_hold(session, checkout.id, needed(map(LineItem.from_json, checkout.lines))):
        uses.give_back(session, checkout.id)
        stock.release(session, checkout.id)
        gone = ", ".join(sorted(short))
        return f"The payment came when nothing was held for it, and these are gone: {gone}"
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
