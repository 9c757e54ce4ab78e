"""What the outbox keeps about a person, told or taken away (``storefront.accounts.privacy.Keeper``)."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from storefront.mail.models import Letter
from storefront.stores.database import write_rows
from storefront.web.context import shop


class Addressee(Protocol):
    """Whoever has an address: mail lies below accounts."""

    @property
    def email(self) -> str: ...


def export_personal(person: Addressee) -> dict[str, Any]:
    """The letters of the last month, without what they said: that lies in the person's own mailbox."""
    theirs = select(Letter).where(Letter.recipient == person.email).order_by(Letter.created_at)
    with shop().database.transaction() as session:
        letters = session.scalars(theirs).all()
    return {
        "letters": [
            {"about": letter.template, "to": letter.recipient, "posted": letter.created_at.isoformat()}
            for letter in letters
        ]
    }


def erase_personal(person: Addressee) -> None:
    """Empty the letters to the person and about them, and strike those that wait to be sent.

    Not those about an order, which go with it (:func:`forget_order`).
    """
    about = or_(Letter.recipient == person.email, Letter.details["email"].as_string() == person.email)
    free = about & Letter.details["order_id"].as_string().is_(None)
    shop().database.unit(lambda session: _forget(session, free))


def forget_order(session: Session, order_id: str) -> None:
    """Do the same with the letters about an order, to whomever."""
    _forget(session, Letter.details["order_id"].as_string() == order_id)


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    write_rows(session, delete(Letter).where(which, Letter.sent_at.is_(None)))
    write_rows(session, update(Letter).where(which).values(recipient="", details={}))
