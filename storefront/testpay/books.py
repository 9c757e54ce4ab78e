"""What can be done with hosted pages and their money: each function is one transaction."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.stores.database import Database
from storefront.testpay.models import Delivery, Page, Refund, Told

CODE = "123456"
"""What the second step asks for; the page says so."""
MOST_WRONG = 3
LATE_SECONDS = 10.0
NEWS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "now": ("At once", (0.0,)),
    "first": ("Before you are sent back", (5.0,)),  # the page delivers it itself, and this is its second try
    "late": ("10 seconds later", (LATE_SECONDS,)),
    "twice": ("Twice", (0.0, 0.0)),
    "never": ("Never", ()),
}
"""How the shop may hear of what happened: a label, and the seconds until each delivery."""
AT_ONCE = 100
_UNTIL_OVER = ("open", "code")


class Refused(ValueError):
    """The request can't be done; the message says why."""


def open_page(database: Database, key: str, wanted: Mapping[str, Any]) -> Page:
    """The hosted page for what is ``wanted``; the same one for the same key. Raises :class:`Refused`."""
    with database.transaction() as session:
        page = session.scalar(select(Page).where(Page.key == key))
        if page is None:
            page = Page(key=key, wanted=dict(wanted), **_checked(wanted))
            session.add(page)
            session.flush()
        elif page.wanted != wanted:
            raise Refused("this key was used for another page")
        return page


def find(database: Database, page_id: str) -> Page | None:
    """The page as it is now; one whose time is over has expired."""
    with database.transaction() as session:
        page = session.get(Page, page_id)
        if page is not None and page.state in _UNTIL_OVER and page.expires_at <= time.time():
            _end(session, page, "expired")
        return page


def ask_code(database: Database, page_id: str, news: str) -> None:
    """Make a page that is open wait for its second step."""
    with database.transaction() as session:
        page = session.get_one(Page, page_id)
        if page.state == "open":
            page.state, page.news = "code", news


def give_code(database: Database, page_id: str, code: str) -> bool:
    """Pay with the code; False where it is wrong. The third wrong one declines the payment."""
    with database.transaction() as session:
        page = session.get_one(Page, page_id)
        if page.state != "code":
            return True
        if code == CODE:
            _end(session, page, "paid")
            return True
        page.wrong += 1
        if page.wrong >= MOST_WRONG:
            _end(session, page, "declined")
        return False


def end(database: Database, page_id: str, state: str, news: str = "") -> Page:
    """End a page that isn't over, as ``paid``, ``declined`` or ``expired``; another stays as it is."""
    with database.transaction() as session:
        page = session.get_one(Page, page_id)
        if page.state in _UNTIL_OVER:
            page.news = news or page.news
            _end(session, page, state)
        return page


def refund(database: Database, key: str, page_id: str, amount: int) -> None:
    """Send money back, once for each key. Raises :class:`Refused` where that is more than is left."""
    with database.transaction() as session:
        page = session.get(Page, page_id)
        done = session.get(Refund, key)
        if done is not None:
            if (done.page_id, done.amount) != (page_id, amount):
                raise Refused("this key was used for another refund")
            return
        if page is None or page.state != "paid":
            raise Refused("nothing was paid there")
        if not 0 < amount <= page.amount - page.refunded:
            raise Refused(f"only {page.amount - page.refunded} of it is left")
        page.refunded += amount
        session.add(Refund(key=key, page_id=page_id, amount=amount))
        _tell(session, page, "refunded", amount, (0.0,), key)


def told(database: Database, since: float, after: int) -> list[Told]:
    """At most 100 events from that time on whose number is higher, oldest first."""
    wanted = select(Told).where(Told.at >= since, Told.number > after).order_by(Told.number).limit(AT_ONCE)
    with database.transaction() as session:
        return list(session.scalars(wanted))


def described(page: Page) -> dict[str, Any]:
    """What events and the API say of a page."""
    return {
        "page": page.id,
        "amount": page.amount,
        "currency": page.currency,
        "reference": page.wanted.get("reference", ""),
        "key": page.key,
    }


def expire_due(database: Database) -> None:
    """End the pages whose time is over."""
    over = select(Page.id).where(Page.state.in_(_UNTIL_OVER), Page.expires_at <= time.time())
    with database.transaction() as session:
        ids = list(session.scalars(over.limit(AT_ONCE)))
    for id_ in ids:
        find(database, id_)


def _checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    amount, currency, expires_at = (wanted.get(name) for name in ("amount", "currency", "expires_at"))
    if not isinstance(amount, int) or amount < 1:
        raise Refused("amount must be a whole number of minor units, 1 at least")
    if not isinstance(currency, str) or len(currency) != 3:
        raise Refused("currency must be a code of three letters")
    if not isinstance(expires_at, float | int):
        raise Refused("expires_at must be seconds since 1970")
    for name in ("return_url", "cancel_url", "webhook_url"):
        if not str(wanted.get(name, "")).startswith(("http://", "https://")):
            raise Refused(f"{name} must be an address")
    return {"amount": amount, "currency": currency, "expires_at": float(expires_at)}


_KINDS = {"paid": "captured", "declined": "declined", "expired": "expired"}


def _end(session: Session, page: Page, state: str) -> None:
    page.state = state
    _tell(session, page, _KINDS[state], page.amount, NEWS[page.news][1], page.key)


def _tell(session: Session, page: Page, kind: str, amount: int, after: tuple[float, ...], key: str) -> None:
    own = {"id": f"evt_{secrets.token_hex(12)}", "kind": kind, "amount": amount, "key": key}
    body = {**described(page), **own}
    event = Told(address=page.wanted["webhook_url"], body=body)
    session.add(event)
    session.flush()
    session.add_all(Delivery(number=event.number, due_at=event.at + seconds) for seconds in after)
