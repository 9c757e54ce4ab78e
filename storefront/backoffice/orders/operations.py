"""What the merchant does to orders. Each change is one transaction that looks again under its locks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.checkout import refunding, settling
from storefront.checkout.errors import RefundRefused, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import Payment
from storefront.checkout.payments.current import provider
from storefront.mail.models import Letter
from storefront.orders import operations as orders
from storefront.orders import placing
from storefront.orders.models import Order, OrderLine, Shipment
from storefront.stock import operations as stock
from storefront.stores.columns import from_now, new_id
from storefront.web.context import shop
from storefront.web.errors import ShopError


class NoSuchOrder(ShopError):
    """No order has this number."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such order",
            "Look for it by its number or by the shopper's address.",
            404,
            action_label="All orders",
            action_url="/merchant/orders",
        )


class NotNow(ShopError):
    """The order is in a state in which this can't be done."""

    def __init__(self, number: str, why: str) -> None:
        super().__init__(
            "This can't be done to the order now",
            why,
            409,
            action_label="Open the order",
            action_url=f"/merchant/orders/{number}",
        )


def find(number: str) -> Order:
    """The order of this number. Raises :class:`NoSuchOrder`."""
    order = orders.find(number)
    if order is None:
        raise NoSuchOrder
    return order


def ship(order: Order, units: Mapping[int, int], carrier: str, tracking: str, actor: str) -> None:
    """Write down a parcel of so many units by position, and tell the shopper. Raises :class:`NotNow`."""
    sent = {position: number for position, number in units.items() if number}
    if not sent or min(sent.values()) < 0:
        raise NotNow(order.number, "A parcel needs at least one unit. Say how many of which line are in it.")
    shop().database.unit(
        partial(_ship, order_id=order.id, sent=sent, carrier=carrier, tracking=tracking, actor=actor)
    )


def cancel(order: Order, reason: str, actor: str) -> int:
    """Cancel an order of which nothing left: its units go back into stock; what is to be sent back.

    The payment is ``refund_due`` from then on, so that nobody forgets it. Raises :class:`NotNow`.
    """
    return shop().database.unit(partial(_cancel, order=order, reason=reason, actor=actor))


def refund(order: Order, amount: int, once: str, reason: str, actor: str) -> None:
    """Send minor units back; the same form does it once. Raises :class:`NotNow` and ``ProviderAway``."""
    try:
        refund_payment(order.payment_id, amount, once, reason, actor)
    except RefundRefused as error:
        raise NotNow(order.number, str(error)) from error


def refund_payment(payment_id: str, amount: int, once: str, reason: str, actor: str) -> None:
    """Send minor units of a payment back. Raises ``RefundRefused`` and ``ProviderAway``."""
    key = hashlib.sha256(f"{payment_id} {once}".encode()).hexdigest()[:32]
    refunding.ask_refund(shop().database, provider(), payment_id, amount, key, reason, actor)


def left_of(order: Order) -> int:
    """Minor units of the payment that weren't sent back, nor asked to be."""
    with shop().database.transaction() as session:
        payment = session.get_one(Payment, order.payment_id)
    return payment.amount - payment.refunded


def units_found(order: Order, actor: str) -> None:
    """Place a parked order with the units that are in stock now. Raises :class:`NotNow`."""
    try:
        settling.place_parked(shop().database, order.id, actor)
    except stock.SoldOut as error:
        short = ", ".join(sorted(error.short))
        raise NotNow(order.number, f"These are still too few: {short}. Receive them first.") from error
    except WrongState as error:
        raise NotNow(order.number, "It isn't parked any more, or its money went back.") from error


def add_note(order: Order, text: str, actor: str) -> None:
    """Write something into the order's log, which only merchants read."""
    shop().database.unit(lambda session: placing.note(session, order, "note", text, actor))


def letters(order: Order, refunds: tuple[str, ...]) -> list[Letter]:
    """The letters about the order, the oldest first."""
    with shop().database.transaction() as session:
        parcels = session.scalars(select(Shipment.id).where(Shipment.order_id == order.id)).all()
        keys = [order.id, *parcels, *refunds]
        return list(session.scalars(select(Letter).where(Letter.key.in_(keys)).order_by(Letter.created_at)))


def send_again(order: Order, letter_id: str, once: str, actor: str) -> None:
    """Post a letter of the order once more. Raises :class:`NotNow` where its words are gone."""

    def work(session: Session) -> None:
        letter = session.get(Letter, letter_id)
        if letter is None or letter.details.get("order_id") != order.id:
            raise NotNow(order.number, "That letter is older than a month, or isn't about this order.")
        digest = hashlib.sha256(once.encode()).hexdigest()[:16]
        if mail.post(session, letter.template, f"{letter.key}-{digest}", order.email, letter.details):
            placing.note(session, order, "letter", f"Sent again: {letter.template}", actor)

    shop().database.unit(work)


def lost_letters() -> list[Letter]:
    """Letters that were given up, the newest 100."""
    lost = select(Letter).where(Letter.sent_at.is_(None), Letter.next_try.is_(None))
    with shop().database.transaction() as session:
        return list(session.scalars(lost.order_by(Letter.created_at.desc()).limit(100)))


def try_again(letter_id: str) -> None:
    """Make a letter that was given up due again."""

    def work(session: Session) -> None:
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is not None and letter.sent_at is None and letter.next_try is None:
            letter.tries = 0
            letter.next_try = session.scalars(select(from_now())).one()

    shop().database.unit(work)


def _ship(
    session: Session, order_id: str, sent: Mapping[int, int], carrier: str, tracking: str, actor: str
) -> None:
    order = session.get_one(Order, order_id, with_for_update=True, populate_existing=True)
    lines = {line.position: line for line in order.lines}
    if order.state not in ("placed", "part_shipped"):
        raise NotNow(order.number, f"It is {order.state.replace('_', ' ')}; nothing of it can be sent.")
    if any(place not in lines or not _fits(lines[place], units) for place, units in sent.items()):
        raise NotNow(order.number, "That is more than is left of it; somebody may have sent it meanwhile.")
    for place, units in sent.items():
        lines[place].shipped += units
    order.state = "shipped" if all(line.shipped == line.units for line in order.lines) else "part_shipped"
    counted = {str(place): units for place, units in sent.items()}
    parcel = Shipment(id=new_id(), order_id=order.id, units=counted, carrier=carrier, tracking=tracking)
    session.add(parcel)
    placing.note(session, order, "shipped", " ".join(filter(None, (carrier, tracking))), actor)
    inside = [lines[place].item | {"units": units} for place, units in sorted(sent.items())]
    told = [[label, said] for label, said in (("Carrier", carrier), ("Tracking", tracking)) if said]
    more = {"parcel": inside, "told": told, "carrier": carrier, "tracking": tracking}
    placing.tell(session, order, "shipped", parcel.id, **more)


def _fits(line: OrderLine, units: int) -> bool:
    return line.shipped + units <= line.units


def _cancel(session: Session, order: Order, reason: str, actor: str) -> int:
    # The payment before its order, and goods last: the order in which everybody locks them.
    payment = session.get_one(Payment, order.payment_id, with_for_update=True, populate_existing=True)
    found = session.get_one(Order, order.id, with_for_update=True, populate_existing=True)
    if found.state != "placed":
        raise NotNow(
            found.number, f"It is {found.state.replace('_', ' ')}; only what didn't leave is cancelled."
        )
    found.state = "cancelled"
    left = payment.amount - payment.refunded
    if left and payment.state == "captured":
        payment.state = "refund_due"
    placing.note(session, found, "cancelled", reason, actor)
    placing.tell(session, found, "cancelled", owed=left, reason=reason)
    units = needed(LineItem.from_json(line.item) for line in found.lines)
    stock.take_back(session, units, found.number, actor)
    return left
