"""What checkouts keep about a person, told or taken away (``storefront.accounts.privacy.Keeper``)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from storefront.accounts.operations import Person
from storefront.checkout.forgetting import forget
from storefront.checkout.models import Checkout, Payment
from storefront.stores.database import write_rows
from storefront.web.context import shop


def export_personal(person: Person) -> dict[str, Any]:
    """The checkouts that name the person, whatever became of them."""
    theirs = select(Checkout).where(_of(person)).order_by(Checkout.created_at)
    with shop().database.transaction() as session:
        checkouts = session.scalars(theirs).all()
        of = Payment.checkout_id.in_([checkout.id for checkout in checkouts])
        begun = session.scalars(select(Payment).where(of).order_by(Payment.created_at)).all()
    return {
        "checkouts": [
            {
                "begun": checkout.created_at.isoformat(),
                "state": checkout.state,
                "email": checkout.email,
                "address": checkout.address,
                "payments": [_exported(one) for one in begun if one.checkout_id == checkout.id],
            }
            for checkout in checkouts
        ]
    }


def erase_personal(person: Person) -> None:
    """End what is being filled in, and forget who began what is over.

    Whoever is about to pay in another window gets their letter; that checkout is forgotten when it is old.
    """

    def work(session: Session) -> None:
        open_ = update(Checkout).where(_of(person), Checkout.state == "open")
        write_rows(session, open_.values(state="cancelled"))
        forget(session, _of(person))
        left = update(Checkout).where(Checkout.user_id == person.id)
        write_rows(session, left.values(user_id=None))

    shop().database.unit(work)


def _exported(payment: Payment) -> dict[str, Any]:
    """A payment that was begun, and to whom its goods were to go."""
    terms = payment.terms or {}
    told = {name: terms.get(name) for name in ("email", "address")}
    return {
        "begun": payment.created_at.isoformat(),
        "amount": payment.amount,
        "currency": payment.currency,
        **told,
    }


def _of(person: Person) -> ColumnElement[bool]:
    begun = select(Payment.checkout_id).where(func.lower(Payment.terms["email"].as_string()) == person.email)
    own = func.lower(Checkout.email) == person.email
    return or_(Checkout.user_id == person.id, own, Checkout.id.in_(begun))
