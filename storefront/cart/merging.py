"""What a guest had put into the cart joins the user's cart at sign-in, each line once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from flask import Flask, session
from flask_login import user_logged_in

from storefront.accounts.operations import Person
from storefront.cart import items, operations, stocking, whose
from storefront.cart.errors import LineGone
from storefront.cart.items import MOST, Line
from storefront.catalog import operations as catalog
from storefront.stores.dynamo import Change

NOTES = "cart-notes"
"""The session's key for sentences that the cart shows once."""


def init_app(app: Flask) -> None:
    """Merge at each sign-in."""
    user_logged_in.connect(_signed_in, app)


def merge(guest: str, own: str) -> list[str]:
    """Move every line of the cart ``guest`` into ``own``; sentences about what was joined, or didn't fit.

    A line leaves one cart and enters the other in one transaction. Doing it twice, or at the same time,
    moves it once; where it ended halfway, the next one does the rest.
    """
    before = operations.lines(own)
    moving = operations.lines(guest)
    left = _left([*before, *moving], before)
    notes = [note for line in moving for note in _moved(guest, own, line, left)]
    if before and moving:
        titles = ", ".join(dict.fromkeys(_title(line) for line in moving))
        notes.insert(0, f"What you chose before you signed in joined your cart: {titles}.")
    return notes


def notes() -> tuple[str, ...]:
    """What the visitor hasn't been told yet; it is told once."""
    return tuple(session.pop(NOTES, ()))


def _signed_in(_app: Flask, user: Person, **_more: object) -> None:
    guest = session.get(whose.CART)
    if guest is None:
        return
    told = merge(str(guest), whose.cart_of(user.id))
    del session[whose.CART]
    if told:
        session[NOTES] = [*session.get(NOTES, ()), *told]


def _left(lines: Iterable[Line], own: Iterable[Line]) -> dict[str, int]:
    """Units by SKU that the user's cart may still ask for, of what is counted and known."""
    supplies = [supply for line in lines if (supply := stocking.supply_of_line(line))]
    asked = stocking.units(own)
    return {
        found.supply.sku: max(0, found.free - asked.get(found.supply.sku, 0))
        for found in stocking.here(supplies)
        if found.free is not None
    }


def _moved(guest: str, own: str, line: Line, left: dict[str, int]) -> list[str]:
    supply = stocking.supply_of_line(line)
    sku = supply.sku if supply else ""
    had = kept = 0

    def moving() -> list[Change]:
        nonlocal had, kept
        source, target = items.read(guest, line.line_id), items.read(own, line.line_id)
        if not source.units:
            raise LineGone
        had = target.units
        kept = max(0, min(source.units, MOST - had, left.get(sku, MOST)))
        taking = source.taking(source.units)
        return [taking, target.adding(line.what, kept)] if kept else [taking]

    with suppress(LineGone):
        operations.attempt(moving)
        if sku in left:
            left[sku] -= kept
        return _said(line, had, kept)
    return []


def _said(line: Line, had: int, kept: int) -> list[str]:
    title = _title(line)
    if kept < line.quantity:
        why = f"a line holds {MOST} pieces" if had + kept >= MOST else "no more are in stock"
        many = f"only {kept} of the {line.quantity}" if kept else f"none of the {line.quantity}"
        return [f"{title}: {many} that you had chosen came along, since {why}. Your cart holds {had + kept}."]
    return [f"{title}: {kept} joined the {had} that you had."] if had else []


def _title(line: Line) -> str:
    product = catalog.current().product(line.product)
    return product.title if product else line.product.replace("-", " ").capitalize()
