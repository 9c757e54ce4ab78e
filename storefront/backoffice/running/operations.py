"""Looks at what the shop is wired to, and when it was heard of last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.backoffice.running.pages import Check, RunningPage
from storefront.checkout.models import ProviderCursor
from storefront.checkout.reconciling import loose_money
from storefront.mail import relay
from storefront.mail.models import Letter
from storefront.stores import chores
from storefront.stores.chores import ChoreRun
from storefront.stores.columns import from_now
from storefront.web import health
from storefront.web.context import shop

STORES = {
    "objects": ("Files", "Pages and pictures need them."),
    "dynamodb": ("Catalog, carts and sessions (DynamoDB)", "Public pages go on from the last snapshot."),
    "database": ("Orders, stock and accounts (SQL)", "Checkout and accounts wait; carts go on."),
    "redis": ("Render queue (Redis)", "Nothing is lost; renders begin a little later."),
}
"""What a merchant calls each store, and what is missing without it."""
START_UPKEEP = "Start it beside the web servers: python -m storefront upkeep"


def running_page() -> RunningPage:
    """Every check. Without the SQL database it says no more than that."""
    states = health.stores()
    groups = [("Stores", tuple(_store(name, state) for name, state in states.items()))]
    if states["database"] == "ok":
        loose = len(loose_money(shop().database))
        with shop().database.transaction() as session:
            now = session.scalars(select(from_now())).one()
            known = {run.name: run for run in chores.runs(session)}
            groups += [
                ("E-mails", (_letters(session, now),)),
                ("Payments", (_payments(session, known, loose, now),)),
                ("What the shop does by itself", tuple(_upkeep(known, now))),
            ]
    bad = sum(check.tone == "bad" for _, checks in groups for check in checks)
    return RunningPage(tuple(groups), bad)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in words."""
    minutes = int((now - moment).total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def _store(name: str, state: str) -> Check:
    title, without = STORES[name]
    if state == "ok":
        return Check(title, "good", "Answers", ())
    return Check(title, "bad", f"Is {state}", (without,))


def _letters(session: Session, now: datetime) -> Check:
    waiting, lost = relay.overdue(session), relay.given_up(session)
    last = session.scalar(select(func.max(Letter.sent_at)))
    facts = (
        f"They leave by {_way_out(shop().settings.mail)}.",
        f"The last one left {ago(last, now)}." if last else "None has left yet.",
    )
    if lost:
        todo = "Look at them under Loose ends, and try again."
        return Check("Mail", "bad", f"{lost} given up", facts, todo)
    if waiting:
        return Check("Mail", "busy", f"{waiting} to be sent", facts)
    return Check("Mail", "good", "All sent", facts)


def _way_out(setting: str) -> str:
    """How letters leave, without a password."""
    parts = urlsplit(setting)
    return {"folder": f"files in {parts.path}", "ses": "Amazon SES"}.get(
        parts.scheme, f"{parts.scheme.upper()}, {parts.hostname}"
    )


def _payments(session: Session, known: Mapping[str, ChoreRun], loose: int, now: datetime) -> Check:
    name = shop().settings.payments
    title = {"stripe": "Stripe", "test": "The test server: no money moves"}[name]
    cursor, hook = session.get(ProviderCursor, name), known.get(f"webhook {name}")
    facts = (
        f"Its last webhook came {ago(hook.done_at, now)}."
        if hook and hook.done_at
        else "No webhook of it came yet.",
        f"It was asked for news {ago(cursor.at, now)}." if cursor else "It wasn't asked for news yet.",
    )
    if loose:
        return Check(
            "Payments", "bad", f"{loose} without an order", facts, "Send them back under Loose ends."
        )
    if cursor and hook is None:
        todo = (
            f"Tell the provider where webhooks go: /webhooks/{name}. Until then orders are late by minutes."
        )
        return Check(title, "busy", "Sends no webhooks", facts, todo)
    return Check(title, "good", "Every payment has its order", facts)


def _upkeep(known: Mapping[str, ChoreRun], now: datetime) -> Iterator[Check]:
    own = [run for run in known.values() if run.every]
    if not own:
        yield Check("Upkeep", "bad", "Nobody does it", (), START_UPKEEP)
    for run in own:
        told = (f"Done {ago(run.done_at, now)}." if run.done_at else "Never done.",)
        if run.fails:
            yield Check(run.name.capitalize(), "bad", "Fails", (*told, run.error))
        elif run.late(now):
            yield Check(run.name.capitalize(), "bad", "Wasn't done for too long", told, START_UPKEEP)
        else:
            yield Check(run.name.capitalize(), "good", "Done", told)
