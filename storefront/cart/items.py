"""A line and the items that make it up, as they were read, and the conditional writes that change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DeleteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from storefront.cart import counting
from storefront.cart.models import OF, CartLine
from storefront.stores.columns import new_id
from storefront.stores.dynamo import Change, Refused, now, write_together
from storefront.web.context import shop

KEPT = timedelta(days=30)
MOST = 99
"""Pieces of a line."""
MOST_LINES = 100
"""Lines of a cart; two that become one at a sign-in may hold more."""
_CONDITION = "ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True)
class What:
    """What a line is of, and what the shopper was told about it: unit price in minor units, lead time."""

    product: str
    selection: Mapping[str, Any]
    unit_price: int
    currency: str
    lead_days: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart as all regions together have it."""

    line_id: str
    what: What
    quantity: int
    added_at: datetime
    expires_at: datetime

    @property
    def product(self) -> str:
        return self.what.product

    @property
    def selection(self) -> Mapping[str, Any]:
        return self.what.selection

    @property
    def unit_price(self) -> int:
        return self.what.unit_price

    @property
    def currency(self) -> str:
        return self.what.currency


class Items:
    """The items of one line, those that haven't expired."""

    def __init__(self, cart_id: str, line_id: str, items: Iterable[CartLine] = ()) -> None:
        time = now()
        self.cart_id, self.line_id = cart_id, line_id
        self._items = [item for item in items if item.expires_at > time]
        self._parts = [item.part for item in self._items]
        self.units = counting.units(self._parts)

    @property
    def line(self) -> Line | None:
        """The line; None where no piece is left."""
        if not self.units:
            return None
        return Line(
            line_id=self.line_id,
            what=_what(self._newest),
            quantity=min(self.units, MOST),
            added_at=min(item.added_at for item in self._items),
            expires_at=max(item.expires_at for item in self._items),
        )

    def told_within(self, span: timedelta) -> bool:
        """Whether the shopper was told of the line so lately: it was put in, or changed."""
        told = self._newest.told_at if self.units else None
        return told is not None and now() - told < span

    def adding(self, what: What, number: int, alone: bool = False) -> Change:
        """The write that puts so many pieces (0 or more) in, and says what the shopper was told of them.

        It holds as long as the line has room for them: :attr:`units` and ``number`` are 99 at most; and, if
        it is to be ``alone``, as long as nobody else put any in.
        """
        time, own = now(), self._own
        actions: list[Action] = [
            CartLine.added.add(number),
            CartLine.product.set(what.product),
            CartLine.selection.set(dict(what.selection)),
            CartLine.unit_price.set(what.unit_price),
            CartLine.currency.set(what.currency),
            CartLine.told_at.set(time),
            CartLine.added_at.set(CartLine.added_at | time if self.units else time),
            CartLine.expires_at.set(time + KEPT),
            CartLine.lead_days.remove() if what.lead_days is None else CartLine.lead_days.set(what.lead_days),
        ]
        if own is None:
            return self._change([*actions, CartLine.born.set(new_id())], CartLine.item_id.does_not_exist())
        most = int(own.added) + (0 if alone else MOST - self.units - number)
        still = (CartLine.added <= most) & (CartLine.born == own.born)
        gone = counting.gone(own.part, self._parts)
        if gone == own.part.gone:
            return self._change(actions, still)
        # What others took out is written down here, since this item will outlive theirs.
        return self._change([*actions, CartLine.gone.set(gone)], still & _uncut(own))

    def taking(self, number: int) -> Change:
        """The write that takes so many of the pieces out; it holds as long as no others were taken out."""
        time, own = now(), self._own
        part = own.part if own else counting.Part(_here(), new_id())
        after = counting.taken([*self._parts, *([] if own else [part])], part, number)
        actions: list[Action] = [
            CartLine.gone.set(after.gone),
            CartLine.others.set({region: list(told) for region, told in after.others.items()}),
            CartLine.cuts.add(1),
            CartLine.expires_at.set(time + KEPT),
        ]
        if own is None:
            return self._change([*self._known(part), *actions], CartLine.item_id.does_not_exist())
        return self._change(actions, _uncut(own) & (CartLine.born == own.born))

    @property
    def _own(self) -> CartLine | None:
        return next((item for item in self._items if item.region == _here()), None)

    @property
    def _newest(self) -> CartLine:
        """The item that says what the shopper was told last."""
        return max(self._items, key=lambda item: item.told_at or item.added_at)

    def _known(self, part: counting.Part) -> list[Action]:
        """What an item of this region begins with, where only others had one."""
        other = self._newest
        return [
            CartLine.born.set(part.born),
            CartLine.added.set(0),
            CartLine.product.set(other.product),
            CartLine.selection.set(other.selection),
            CartLine.unit_price.set(other.unit_price),
            CartLine.currency.set(other.currency),
            CartLine.added_at.set(other.added_at),
        ]

    def _change(self, actions: list[Action], condition: Condition) -> Change:
        return Change(_key(self.cart_id, self.line_id), tuple(actions), condition)


def read(cart_id: str, line_id: str) -> Items:
    """One line's items. An expired one of this region is deleted: it must not be added to."""
    found = CartLine.query(cart_id, CartLine.item_id.startswith(line_id), consistent_read=True)
    items = [item for item in found if item.line_id == line_id]
    for item in items:
        if item.region == _here() and item.expires_at <= now():
            _forget_expired(item)
    return Items(cart_id, line_id, items)


def read_all(cart_id: str) -> list[Items]:
    """Every line's items, in no order."""
    by_line: dict[str, list[CartLine]] = {}
    for item in CartLine.query(cart_id, consistent_read=True):
        by_line.setdefault(item.line_id, []).append(item)
    return [Items(cart_id, line_id, items) for line_id, items in by_line.items()]


def write(*changes: Change) -> bool:
    """Write all of the changes or none; False where one doesn't hold any more, so that it is read anew."""
    try:
        if len(changes) > 1:
            write_together(*changes)
        else:
            (change,) = changes
            change.item.update(actions=list(change.actions), condition=change.condition)
    except Refused:
        return False
    except UpdateError as error:
        if error.cause_response_code != _CONDITION:
            raise
        return False
    return True


def delete_all(cart_id: str) -> None:
    """Delete a whole cart."""
    found = list(CartLine.query(cart_id, consistent_read=True))
    with CartLine.batch_write() as batch:
        for item in found:
            batch.delete(item)


def _uncut(own: CartLine) -> Condition:
    uncut: Condition = CartLine.cuts.does_not_exist() if own.cuts is None else CartLine.cuts == own.cuts
    return uncut


def _key(cart_id: str, line_id: str) -> CartLine:
    return CartLine(cart_id, f"{line_id}{OF}{_here()}")


def _here() -> str:
    return shop().settings.dynamodb_region


def _what(item: CartLine) -> What:
    lead_days = None if item.lead_days is None else int(item.lead_days)
    return What(item.product, dict(item.selection), int(item.unit_price), item.currency, lead_days)


def _forget_expired(item: CartLine) -> None:
    try:
        item.delete(condition=CartLine.expires_at <= now())
    except DeleteError as error:
        if error.cause_response_code != _CONDITION:
            raise
