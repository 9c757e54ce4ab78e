"""Orders as shoppers find them: by number and key, or in their account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from storefront.accounts.operations import Person
from storefront.orders import forgetting, placing
from storefront.orders.models import Order, OrderEvent, Shipment
from storefront.stores.columns import from_now
from storefront.web.context import shop

PAGE = 20


def find(number: str) -> Order | None:
    """The order of this number, in whatever case it was typed."""
    with shop().database.transaction() as session:
        return session.scalars(select(Order).where(Order.number == number.strip().upper())).one_or_none()


def history(order: Order) -> Sequence[OrderEvent]:
    """What happened to the order, the oldest first."""
    wanted = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.at, OrderEvent.id)
    with shop().database.transaction() as session:
        return session.scalars(wanted).all()


def parcels(order: Order) -> Sequence[Shipment]:
    """What left, the oldest first."""
    wanted = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.at, Shipment.id)
    with shop().database.transaction() as session:
        return session.scalars(wanted).all()


def is_of(order: Order, person: Person) -> bool:
    """Whether the order is the person's.

    One that a guest placed belongs to whoever has its e-mail address as theirs: an account's address was
    shown to be its owner's by a letter.
    """
    if order.user_id is not None:
        return order.user_id == person.id
    return order.email == person.email


def of(person: Person) -> ColumnElement[bool]:
    """Which orders are the person's, as :func:`is_of` has it."""
    guests = and_(Order.user_id.is_(None), Order.email == person.email)
    return or_(Order.user_id == person.id, guests)


def listed(person: Person, page: int) -> tuple[Sequence[Order], bool]:
    """The person's orders on a page (from 1), the newest first; and whether there are more."""
    wanted = select(Order).where(of(person)).order_by(Order.placed_at.desc(), Order.id.desc())
    with shop().database.transaction() as session:
        found = session.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return found[:PAGE], len(found) > PAGE


def mail_link(number: str, email: str) -> None:
    """Mail the order's link again, once an hour at most, if it was bought with this address."""
    order = find(number)
    if order is not None and order.email == email.strip().lower():
        shop().database.unit(lambda session: _mail_link(session, order))


def export_personal(person: Person) -> dict[str, Any]:
    """The person's orders, as they were placed."""
    wanted = select(Order).where(of(person)).order_by(Order.placed_at)
    with shop().database.transaction() as session:
        orders = session.scalars(wanted).all()
    return {"orders": [_exported(order) for order in orders]}


def erase_personal(person: Person) -> None:
    """Take the person out of their orders, those they placed as a guest too, as soon as each is finished."""
    database = shop().database
    database.unit(lambda session: forgetting.ask(session, of(person)))
    while forgetting.forget_due(database) == forgetting.AT_ONCE:
        pass


def _mail_link(session: Session, order: Order) -> None:
    hour = session.scalars(select(from_now())).one()
    placing.tell(session, order, "order_link", f"{order.id}-{hour:%Y%m%d%H}")


def _exported(order: Order) -> dict[str, Any]:
    told = placing.details(order)
    own = {"placed_at": order.placed_at.isoformat(), "refunded": order.refunded}
    return {name: told[name] for name in told if name not in ("order_id", "path")} | own
