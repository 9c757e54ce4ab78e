"""Money sent back: set aside first, asked for outside of any transaction, settled by answer or event."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storefront.checkout import owing
from storefront.checkout.errors import RefundRefused
from storefront.checkout.models import Payment, Refund
from storefront.checkout.payments import Event, Provider, ProviderRefused
from storefront.orders import placing
from storefront.orders.models import Order
from storefront.stores.columns import from_now
from storefront.stores.database import Database, insert_new, write_rows


def ask_refund(
    database: Database,
    provider: Provider,
    payment_id: str,
    amount: int,
    key: str,
    reason: str = "",
    actor: str = "",
) -> Refund:
    """Send ``amount`` minor units of a payment back; the same ``key`` (32 characters at most) does it once.

    Raises :class:`RefundRefused` where that is more than is left, where the provider refuses, or where the
    key was used for another refund; and ``ProviderAway``, after which the refund stays ``asked`` and
    :func:`ask_again` brings it to its end.
    """
    asked = partial(set_aside, payment_id=payment_id, amount=amount, key=key, reason=reason, actor=actor)
    return ask(database, provider, database.unit(asked))


def send_due(
    database: Database, provider: Provider, payment_id: str, amount: int, key: str, actor: str = ""
) -> Refund:
    """:func:`ask_refund` of what is due still: of several who send the same money, one does.

    Raises what :func:`ask_refund` does.
    """

    def work(session: Session) -> Refund:
        payment = session.get_one(Payment, payment_id, with_for_update=True)
        if session.get(Refund, key) is None and owing.owed(session, payment) < amount:
            raise RefundRefused("It went back meanwhile.")
        return set_aside(session, payment_id, amount, key, actor=actor)

    return ask(database, provider, database.unit(work))


def set_aside(
    session: Session, payment_id: str, amount: int, key: str, reason: str = "", actor: str = ""
) -> Refund:
    """The refund, written down together with what it is for; :func:`ask` for it afterwards.

    :func:`ask_again` does so where nobody else did. Raises :class:`RefundRefused` as :func:`ask_refund` does.
    """
    asked = Refund(id=key, payment_id=payment_id, amount=amount, reason=reason, actor=actor, state="asked")
    return _set_aside(session, asked)


def ask(database: Database, provider: Provider, refund: Refund) -> Refund:
    """Ask the provider for a refund that was set aside; again is the same. Raises like :func:`ask_refund`."""
    return _ask(database, provider, refund) if refund.state == "asked" else refund


def ask_again(database: Database, provider: Provider, older_seconds: float = 60.0) -> list[Refund]:
    """Ask for the refunds whose answer never came; those that are settled now."""
    with database.transaction() as session:
        waiting = session.scalars(
            select(Refund)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.state == "asked", Payment.provider == provider.name)
            .where(Refund.at < from_now(-older_seconds))
            .order_by(Refund.at)
            .limit(100)
        ).all()
    return [_ask(database, provider, refund) for refund in waiting]


def refunded(session: Session, payment: Payment, event: Event) -> Literal["refunded", "repeat"]:
    """What an event about a locked payment does; the refund may have been made at the provider."""
    refund = _told_of(session, event)
    if refund is None:
        if not _reserve(session, payment.id, event.amount):
            raise RefundRefused(f"{payment.reference}: more was sent back than was taken")
        refund = _made_there(session, payment, event, "asked")
    return "refunded" if _settled(session, refund) else "repeat"


def failed(session: Session, payment: Payment, event: Event) -> Literal["refund_due", "repeat"]:
    """Money of a locked payment that won't arrive, even if it was written down as sent back.

    It is the shop's again, and due: the merchant is told. Raises :class:`RefundRefused` for a payment that
    nothing was heard of yet.
    """
    if payment.state not in ("captured", "refund_due", "refunded"):
        raise RefundRefused(f"{payment.reference}: a refund failed of what wasn't taken")
    refund = _told_of(session, event)
    if refund is None:
        # Nothing was counted yet; what may come late and say that it succeeded finds it refused.
        _made_there(session, payment, event, "refused")
        return "repeat"
    counted = refund.amount if refund.state == "done" else 0
    if not _move(session, refund, "refused", "asked", "done"):
        return "repeat"
    _give_back(session, refund, state="refund_due")
    session.refresh(payment)
    key = owing.failure_key(refund.id)
    order = _note(session, payment, refund, "refund_failed", "didn't arrive", key)
    if order is not None:
        order.refunded = max(0, order.refunded - counted)
    details = {name: getattr(payment, name) for name in ("provider", "reference", "currency")}
    details |= {"amount": refund.amount, "number": order.number if order else ""}
    placing.tell_merchant(session, "refund_failed_merchant", refund.id, details)
    return "refund_due"


def _told_of(session: Session, event: Event) -> Refund | None:
    """The refund that an event about a locked payment is about."""
    keys = filter(None, (event.key, _own_key(event)))
    found = (session.get(Refund, key, populate_existing=True) for key in keys)
    return next(filter(None, found), None)


def _made_there(session: Session, payment: Payment, event: Event, state: str) -> Refund:
    """A refund that nobody asked for here, written down."""
    refund = Refund(id=_own_key(event), payment_id=payment.id, amount=event.amount, state=state)
    refund.reason = "At the provider"
    session.add(refund)
    session.flush()
    return refund


def _own_key(event: Event) -> str:
    named = f"{event.provider} {event.refund or event.id}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _set_aside(session: Session, asked: Refund) -> Refund:
    values = {
        name: getattr(asked, name) for name in ("id", "payment_id", "amount", "reason", "actor", "state")
    }
    if not insert_new(session, Refund, **values):
        return _same(session.get_one(Refund, asked.id), asked)
    if asked.amount < 1 or not _reserve(session, asked.payment_id, asked.amount):
        raise RefundRefused("That is more than is left of the payment, or it was never taken.")
    return session.get_one(Refund, asked.id)


def _same(kept: Refund, asked: Refund) -> Refund:
    if (kept.payment_id, kept.amount) != (asked.payment_id, asked.amount):
        raise RefundRefused("This form was sent before, with another amount.")
    if kept.state == "refused":
        raise RefundRefused("The payment provider refused this refund.")
    return kept


def _reserve(session: Session, payment_id: str, amount: int) -> bool:
    """Count the amount as sent back, in one conditional UPDATE; False where so much isn't left."""
    left = update(Payment).where(
        Payment.id == payment_id,
        Payment.state.in_(("captured", "refund_due")),
        Payment.refunded + amount <= Payment.amount,
    )
    return write_rows(session, left.values(refunded=Payment.refunded + amount)) == 1


def _ask(database: Database, provider: Provider, refund: Refund) -> Refund:
    with database.transaction() as session:
        payment = session.get_one(Payment, refund.payment_id)
    try:
        provider.refund(payment.reference, refund.amount, payment.currency, refund.id)
    except ProviderRefused as error:
        database.unit(partial(_refused, refund_id=refund.id, why=str(error)))
        raise RefundRefused(str(error)) from error
    answered = database.unit(partial(_answered, refund_id=refund.id))
    if answered.state == "refused":  # an event that it failed was here before the answer
        raise RefundRefused("The payment provider says that this refund failed.")
    return answered


def _answered(session: Session, refund_id: str) -> Refund:
    _, refund = _with_payment_locked(session, refund_id)
    _settled(session, refund)
    return refund


def _refused(session: Session, refund_id: str, why: str) -> None:
    payment, refund = _with_payment_locked(session, refund_id)
    if _move(session, refund, "refused"):
        _give_back(session, refund)
        _note(session, payment, refund, "refund_refused", why)


def _give_back(session: Session, refund: Refund, **more: str) -> None:
    """Count a refund's amount as not sent back."""
    counted = update(Payment).where(Payment.id == refund.payment_id, Payment.refunded >= refund.amount)
    write_rows(session, counted.values(refunded=Payment.refunded - refund.amount, **more))


def _with_payment_locked(session: Session, refund_id: str) -> tuple[Payment, Refund]:
    # Always the payment before its refund, as the provider's event has it.
    refund = session.get_one(Refund, refund_id)
    return session.get_one(Payment, refund.payment_id, with_for_update=True), refund


def _settled(session: Session, refund: Refund) -> bool:
    """Write down that the money went back; False where that was done before."""
    if not _move(session, refund, "done"):
        return False
    payment = session.get_one(Payment, refund.payment_id, with_for_update=True, populate_existing=True)
    sums = select(func.sum(Refund.amount)).where(Refund.payment_id == payment.id, Refund.state == "done")
    whole = session.scalar(sums) == payment.amount
    if whole:
        payment.state = "refunded"
    elif payment.state == "refund_due" and owing.is_made_good(session, payment):
        payment.state = "captured"
    _tell(session, payment, refund, whole)
    return True


def _move(session: Session, refund: Refund, state: str, *before: str) -> bool:
    """Give the refund a state, unless it isn't in one of those before it (``asked``); whether it was."""
    known = Refund.state.in_(before or ("asked",))
    moved = write_rows(session, update(Refund).where(Refund.id == refund.id, known).values(state=state))
    session.refresh(refund)
    return moved == 1


def _tell(session: Session, payment: Payment, refund: Refund, whole: bool) -> None:
    order = _note(session, payment, refund, "refunded", refund.reason)
    if order is None:
        return  # money that no order was made of: its letter said that it comes back
    order.refunded += refund.amount
    if whole and order.state == "parked":
        order.state = "cancelled"
        placing.note(session, order, "cancelled", "All of its money went back.", refund.actor)
    if order.email:  # whoever was taken out of the order isn't told
        placing.tell(session, order, "refunded", refund.id, refunded=refund.amount, reason=refund.reason)


def _note(
    session: Session, payment: Payment, refund: Refund, kind: str, text: str, key: str = ""
) -> Order | None:
    """Say what became of a refund in the history of the payment's order; the order, if any."""
    wanted = select(Order).where(Order.payment_id == payment.id).with_for_update()
    order = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if order is not None:
        said = f"{refund.amount} {payment.currency} {text}".rstrip()
        placing.note(session, order, kind, said, refund.actor, key)
    return order
