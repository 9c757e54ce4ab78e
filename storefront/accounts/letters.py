"""The letters of accounts. Each is written in the transaction of what it tells of."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy.orm import Session

from storefront import mail
from storefront.accounts.tokens import Purpose
from storefront.stores.columns import new_id


def with_link(
    session: Session, template: str, recipient: str, path: str, token: str, purpose: Purpose, **more: str
) -> None:
    """A letter whose link ``path`` carries the token and is good for as long as its purpose says."""
    link = f"{path}?{urlencode({'token': token})}"
    mail.post(session, template, new_id(), recipient, {"path": link, "hours": purpose.hours, **more})


def told(session: Session, template: str, recipient: str, **details: str) -> None:
    """A letter that only tells."""
    mail.post(session, template, new_id(), recipient, details)
