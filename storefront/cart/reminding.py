"""One letter about a cart that was left behind, to users who asked for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storefront.accounts.models import User
from storefront.cart import operations, whose
from storefront.cart.items import Line
from storefront.cart.models import Reminder
from storefront.catalog import operations as catalog
from storefront.mail import operations as mail
from storefront.mail.models import Letter
from storefront.stores.columns import from_now
from storefront.stores.dynamo import now
from storefront.web.context import shop

LETTER = "left_cart"
AFTER_SECONDS = 24 * 3600
"""So long after its last change, a cart counts as left behind."""


def wanted(cart_id: str) -> bool:
    """Whether the cart's user asked to be reminded."""
    return Reminder.count(cart_id) > 0


def choose(cart_id: str, yes: bool) -> None:
    """The user asks for the letter, or no longer. Guests are never written to."""
    if yes and whose.user_of(cart_id):
        Reminder(cart_id, agreed_at=now()).save()
    else:
        Reminder(cart_id).delete()
    follow(cart_id)


def follow(cart_id: str) -> None:
    """Post the letter of a cart that changed, put it off, or take it back. Doing it twice is the same.

    There is one letter from a cart's first piece until it is empty or bought: once sent, no other.
    """
    user_id = whose.user_of(cart_id)
    if user_id is None:
        return
    lines = operations.lines(cart_id) if wanted(cart_id) else ()
    key = f"{cart_id}:{lines[0].added_at:%Y%m%d%H%M%S}" if lines else ""
    unsent = (Letter.template == LETTER, Letter.sent_at.is_(None))
    details = {"lines": [_told(line) for line in lines]}

    def work(session: Session) -> None:
        theirs = Letter.key.startswith(f"{cart_id}:", autoescape=True)
        session.execute(delete(Letter).where(*unsent, theirs, Letter.key != key))
        user = session.get(User, user_id)
        if not key or user is None:
            return
        mail.post(session, LETTER, key, user.email, details)
        later = {"next_try": from_now(AFTER_SECONDS), "details": details, "recipient": user.email}
        session.execute(update(Letter).where(*unsent, Letter.key == key, Letter.tries == 0).values(**later))

    shop().database.unit(work)


def _told(line: Line) -> dict[str, Any]:
    product = catalog.current().product(line.product)
    title = product.title if product else line.product.replace("-", " ").capitalize()
    return {"title": title, "units": line.quantity}
