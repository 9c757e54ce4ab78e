"""What refunds keep about a person (``storefront.accounts.privacy.Keeper``); it goes after their orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storefront.accounts.operations import Person
from storefront.checkout.forgetting import forget_reasons
from storefront.checkout.models import Refund
from storefront.orders import operations as orders
from storefront.orders.models import Order
from storefront.web.context import shop


def export_personal(person: Person) -> dict[str, Any]:
    """The refunds of the person's orders, and why they were made."""
    theirs = select(Refund, Order.number, Order.currency).join(Order, Order.payment_id == Refund.payment_id)
    with shop().database.transaction() as session:
        rows = session.execute(theirs.where(orders.of(person)).order_by(Refund.at)).all()
    return {
        "refunds": [
            {
                "order": number,
                "amount": refund.amount,
                "currency": currency,
                "state": refund.state,
                "reason": refund.reason,
                "at": refund.at.isoformat(),
            }
            for refund, number, currency in rows
        ]
    }


def erase_personal(person: Person) -> None:  # noqa: ARG001 - whose orders they were is forgotten by now
    """Empty what merchants typed, of every order whose buyer is forgotten."""
    forget_reasons(shop().database)
