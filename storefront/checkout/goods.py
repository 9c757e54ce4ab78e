"""What a cart asks for here and now, and what became different since the shopper put it there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from storefront.cart import operations as cart
from storefront.cart import showing
from storefront.cart.errors import LineGone
from storefront.cart.items import Line
from storefront.catalog import operations as catalog
from storefront.checkout.lines import LineItem, line_item, needed
from storefront.looks import operations as looks
from storefront.stock import operations as stock
from storefront.stores.database import Database
from storefront.web.pages import format_money


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of the cart. ``seen`` is the unit price that the shopper saw last, in minor units.

    Without an ``item`` it can't be ordered, and ``problem`` says why.
    """

    line_id: str
    title: str
    seen: int
    units: int
    item: LineItem | None
    problem: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became different with a line: ``text`` says it. Accepting it means ``units`` at ``price`` each."""

    line_id: str
    title: str
    text: str
    units: int
    price: int


def wanted(cart_id: str) -> tuple[Wanted, ...]:
    """The cart's lines, configured and priced anew."""
    return tuple(map(_wanted, cart.lines(cart_id)))


def items(lines: Iterable[Wanted]) -> tuple[LineItem, ...]:
    """What of the lines can be ordered."""
    return tuple(line.item for line in lines if line.item is not None)


def free_for(database: Database, checkout_id: str, lines: Iterable[LineItem]) -> dict[str, int]:
    """Units by SKU that the checkout can have: what is free, and what it holds already."""
    skus = needed(lines)
    with database.transaction() as session:
        mine = stock.held(session, checkout_id)
        return {sku: units + mine.get(sku, 0) for sku, units in stock.free_units(session, skus).items()}


def changes(lines: Sequence[Wanted], free: Mapping[str, int]) -> tuple[Change, ...]:
    """What the shopper must know before paying, line by line, in the cart's order."""
    left = dict(free)
    found = (_change(line, left) for line in lines)
    return tuple(change for change in found if change is not None)


def digest(found: Iterable[Change]) -> str:
    """Names exactly these changes, so that others aren't accepted with them."""
    text = repr([(change.line_id, change.units, change.price) for change in found])
    return hashlib.sha256(text.encode()).hexdigest()


def accept(cart_id: str, lines: Iterable[Wanted], found: Iterable[Change]) -> None:
    """Make the cart say what was accepted. A line that is gone meanwhile is gone."""
    before = {line.line_id: line.units for line in lines}
    for change in found:
        with suppress(LineGone):
            _accept(cart_id, change, before[change.line_id])


def take_out(cart_id: str, bought: Iterable[LineItem]) -> None:
    """Take out of the cart what was bought; what was put in since stays."""
    there = {(line.product, _key(line.selection)): line for line in cart.lines(cart_id)}
    for item in bought:
        line = there.get((item.product, _key(item.selection)))
        if line is not None:
            with suppress(LineGone):
                _take(cart_id, line, item.units)


def _take(cart_id: str, line: Line, units: int) -> None:
    if line.quantity > units:
        cart.change(cart_id, line.line_id, -units)
    else:
        cart.remove(cart_id, line.line_id)


def _key(selection: Mapping[str, object]) -> str:
    return repr(sorted(selection.items()))


def _wanted(line: Line) -> Wanted:
    units, seen = line.quantity, line.unit_price
    product = catalog.current().product(line.product)
    configuration = catalog.configured(product, line.selection) if product else None
    if product is None or configuration is None or not configuration.orderable:
        view = showing.line_view(line)
        return Wanted(line.line_id, view.title, seen, units, None, view.problem)
    look = looks.find(product, configuration)
    item = line_item(product, configuration, units, look.poster.key if look else "")
    return Wanted(line.line_id, product.title, seen, units, item, "")


def _change(line: Wanted, left: dict[str, int]) -> Change | None:
    """What is different with one line; takes its units out of what is ``left`` by SKU."""
    if line.item is None:
        return Change(line.line_id, line.title, line.problem, 0, line.seen)
    units, price, said = line.units, line.item.unit_price, []
    if line.item.stocked:
        units = max(0, min(units, left.get(line.item.sku, 0)))
        left[line.item.sku] = left.get(line.item.sku, 0) - units
    if units == 0:
        return Change(line.line_id, line.title, "It is sold out like this.", 0, price)
    if units < line.units:
        said.append(f"Only {units} of {line.units} can be had now.")
    if price != line.seen:
        said.append(f"It costs {format_money(price)} each now; it was {format_money(line.seen)}.")
    return Change(line.line_id, line.title, " ".join(said), units, price) if said else None


def _accept(cart_id: str, change: Change, before: int) -> None:
    if change.units == 0:
        cart.remove(cart_id, change.line_id)
        return
    cart.reprice(cart_id, change.line_id, change.price)
    if change.units != before:
        cart.change(cart_id, change.line_id, change.units - before)
