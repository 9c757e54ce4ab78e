"""What the merchant does to orders. Each change is one transaction that looks again under its locks."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.backoffice.orders.errors import NoSuchOrder, NotNow
from storefront.checkout import settling
from storefront.checkout.errors import WrongState
from storefront.mail import relay
from storefront.mail.models import Letter
from storefront.orders import operations as orders
from storefront.orders import placing
from storefront.orders.models import Order, Shipment
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.web.context import shop


def find(number: str) -> Order:
    """The order of this number. Raises :class:`NoSuchOrder`."""
    order = orders.find(number)
    if order is None:
        raise NoSuchOrder
    return order


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
            raise NotNow(order.number, "That e-mail is older than a month, or isn't about this order.")
        digest = hashlib.sha256(once.encode()).hexdigest()[:16]
        if mail.post(session, letter.template, f"{letter.key}-{digest}", order.email, letter.details):
            placing.note(session, order, "letter", f"Sent again: {letter.template}", actor)

    shop().database.unit(work)


def lost_letters() -> list[Letter]:
    """Letters that were given up, the newest 100."""
    lost = select(Letter).where(relay.LOST)
    with shop().database.transaction() as session:
        return list(session.scalars(lost.order_by(Letter.created_at.desc()).limit(100)))


def try_again(letter_id: str, actor: str) -> None:
    """Make a letter that was given up due again."""

    def work(session: Session) -> None:
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is not None and letter.sent_at is None and letter.next_try is None:
            letter.tries = 0
            letter.next_try = session.scalars(select(from_now())).one()
            if order := session.get(Order, letter.details.get("order_id", "")):
                placing.note(session, order, "letter", f"Tried again: {letter.template}", actor)

    shop().database.unit(work)
