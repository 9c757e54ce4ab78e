"""What the outbox keeps about a person, told or taken away (``storefront.accounts.privacy.Keeper``)."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import select, update

from storefront.mail.models import Letter
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
    """Empty the letters that left; one that is still to be sent is emptied a month after it was."""
    sent = update(Letter).where(Letter.recipient == person.email, Letter.sent_at.is_not(None))
    shop().database.unit(lambda session: session.execute(sent.values(recipient="", details={})))
