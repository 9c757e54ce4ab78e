"""Units: received, held for a checkout, sold, returned. Every change is one conditional UPDATE per SKU.

SKUs are always changed in sorted order, so that transactions which need several of the same can't wait
for each other in a circle. Each change of ``on_hand`` writes its movement in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Integer, Update, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from storefront.stock.models import Movement, Reservation, Stock
from storefront.stores.database import insert_new, insert_rows, table_of
from storefront.web.context import shop


class SoldOut(Exception):
    """Fewer units are free than were asked for. ``short`` maps those SKUs to the units that are free."""

    def __init__(self, short: Mapping[str, int]) -> None:
        super().__init__(f"too few units: {dict(short)}")
        self.short = dict(short)


class StillReserved(Exception):
    """A count is below what checkouts hold of the SKU; ``reserved`` units."""

    def __init__(self, reserved: int) -> None:
        super().__init__(f"{reserved} units are reserved")
        self.reserved = reserved


# --- reading ------------------------------------------------------------------------------------


def free(skus: Iterable[str]) -> dict[str, int]:
    """Units of each SKU that can be had now: on hand and not reserved; 0 for one that was never received."""
    with shop().database.transaction() as session:
        return free_units(session, skus)


def free_units(session: Session, skus: Iterable[str]) -> dict[str, int]:
    """:func:`free`, as the caller's transaction sees it."""
    wanted = dict.fromkeys(skus, 0)
    if not wanted:
        return {}
    rows = session.execute(
        select(Stock.sku, Stock.on_hand - Stock.reserved).where(Stock.sku.in_(sorted(wanted)))
    )
    return wanted | {sku: int(units) for sku, units in rows}


def held(session: Session, holder: str) -> dict[str, int]:
    """Units by SKU that the checkout ``holder`` holds."""
    rows = session.execute(
        select(Reservation.sku, Reservation.units).where(Reservation.checkout_id == holder)
    )
    return {row.sku: row.units for row in rows}


def ledger_differs(session: Session) -> list[str]:
    """What the ledger and the stock disagree on, in words; empty where all is well."""
    moved = select(Movement.sku, func.sum(Movement.units).label("units")).group_by(Movement.sku).subquery()
    kept = select(Reservation.sku, func.sum(Reservation.units).label("units"))
    kept_by = kept.group_by(Reservation.sku).subquery()
    rows = session.execute(
        select(Stock, func.coalesce(moved.c.units, 0), func.coalesce(kept_by.c.units, 0))
        .outerjoin(moved, moved.c.sku == Stock.sku)
        .outerjoin(kept_by, kept_by.c.sku == Stock.sku)
        .order_by(Stock.sku)
    )
    return [line for stock, movements, holds in rows for line in _differences(stock, movements, holds)]


def _differences(stock: Stock, movements: int, holds: int) -> Iterable[str]:
    if stock.on_hand != movements:
        yield f"{stock.sku}: {stock.on_hand} on hand, but its movements add up to {movements}"
    if stock.reserved != holds:
        yield f"{stock.sku}: {stock.reserved} reserved, but checkouts hold {holds}"
    if not 0 <= stock.reserved <= stock.on_hand:
        yield f"{stock.sku}: {stock.reserved} reserved of {stock.on_hand}"


# --- the merchant -------------------------------------------------------------------------------


def receive(session: Session, sku: str, units: int, reference: str = "", actor: str = "") -> None:
    """Put ``units`` (positive) into stock; the first ones make the SKU known."""
    if units < 1:
        raise ValueError("receive at least one unit")
    insert_new(session, Stock, sku=sku)
    _move(session, sku, units, "received", reference, actor)


def count(session: Session, sku: str, on_hand: int, reference: str = "", actor: str = "") -> int:
    """Say how many units were counted; returns the difference. Raises :class:`StillReserved`."""
    insert_new(session, Stock, sku=sku)
    stock = session.scalars(select(Stock).where(Stock.sku == sku).with_for_update(), execution_options=_FRESH)
    before = stock.one()
    if on_hand < before.reserved:
        raise StillReserved(before.reserved)
    difference = on_hand - before.on_hand
    if difference:
        _move(session, sku, difference, "counted", reference, actor)
    return difference


# --- checkouts ----------------------------------------------------------------------------------


def hold(session: Session, holder: str, units: Mapping[str, int], new: bool = False) -> None:
    """Make what ``holder`` holds exactly ``units`` by SKU: take what is missing, give back what is too much.

    A ``new`` holder holds nothing yet. Raises :class:`SoldOut`, upon which the caller's transaction must be
    rolled back.
    """
    before = {} if new else held(session, holder)
    mine = dict(before)
    for sku in sorted(before.keys() | units.keys()):
        more = units.get(sku, 0) - before.get(sku, 0)
        if more and not _change(session, _HOLD, sku, more):
            raise SoldOut(_short(session, mine, units) or {sku: 0})
        mine[sku] = units.get(sku, 0)
    if before == units:
        return
    if before:
        _let_go(session, holder)
    kept = ({"checkout_id": holder, "sku": sku, "units": number} for sku, number in units.items())
    insert_rows(session, Reservation, *kept)


def try_hold(session: Session, holder: str, units: Mapping[str, int]) -> dict[str, int]:
    """:func:`hold` for a transaction that goes on in any case; what is short, as in :class:`SoldOut`.

    It locks the rows and looks first, because Aurora's write forwarding has no savepoints.
    """
    before = held(session, holder)
    skus = sorted({*before, *units})
    session.execute(select(Stock.sku).where(Stock.sku.in_(skus)).order_by(Stock.sku).with_for_update()).all()
    short = _short(session, before, units)
    if not short:
        hold(session, holder, units)
    return short


def release(session: Session, holder: str) -> None:
    """Give back all that ``holder`` holds."""
    for sku, units in _let_go(session, holder):
        _change(session, _HOLD, sku, -units)


def sell(session: Session, holder: str, reference: str) -> None:
    """Turn what ``holder`` holds into units sold; ``reference`` is the order's number."""
    sold = _let_go(session, holder)
    for sku, units in sold:
        _change(session, _SELL, sku, units)
    insert_rows(session, Movement, *(_movement(sku, -units, "sold", reference) for sku, units in sold))


def take_back(session: Session, units: Mapping[str, int], reference: str, actor: str = "") -> None:
    """Put units of an order that were sold, and didn't leave or came back, into stock again."""
    for sku in sorted(sku for sku, number in units.items() if number):
        _move(session, sku, units[sku], "returned", reference, actor)


def write_off(session: Session, units: Mapping[str, int], reference: str, actor: str = "") -> None:
    """Note units of an order that came back, and are not to be sold again: two movements that add up to 0."""
    for sku, number in sorted(units.items()):
        came = _movement(sku, number, "returned", reference, actor)
        went = _movement(sku, -number, "written_off", reference, actor)
        insert_rows(session, Movement, came, went)


# --- the statements that change stock -----------------------------------------------------------

_FRESH = {"populate_existing": True}
_stock, _held = table_of(Stock).c, table_of(Reservation).c
_OF_SKU = update(table_of(Stock)).where(_stock.sku == bindparam("which"))
_units = bindparam("number", type_=Integer)

_HOLD = _OF_SKU.where(_stock.on_hand - _stock.reserved >= _units).values(reserved=_stock.reserved + _units)
_SELL = _OF_SKU.values(on_hand=_stock.on_hand - _units, reserved=_stock.reserved - _units)
_ARRIVE = _OF_SKU.values(on_hand=_stock.on_hand + _units)
_LET_GO = (
    delete(table_of(Reservation))
    .where(_held.checkout_id == bindparam("holder"))
    .returning(_held.sku, _held.units)
)


def _change(session: Session, change: Update, sku: str, units: int) -> bool:
    """One UPDATE that asks and changes at once; False where its condition didn't hold."""
    done = session.execute(change, {"which": sku, "number": units})
    return cast("CursorResult[Any]", done).rowcount == 1


def _let_go(session: Session, holder: str) -> list[tuple[str, int]]:
    """Forget what the holder holds; SKUs and units, in the order in which they are locked."""
    return sorted((row.sku, row.units) for row in session.execute(_LET_GO, {"holder": holder}))


def _move(session: Session, sku: str, units: int, reason: str, reference: str, actor: str) -> None:
    _change(session, _ARRIVE, sku, units)
    insert_rows(session, Movement, _movement(sku, units, reason, reference, actor))


def _movement(sku: str, units: int, reason: str, reference: str, actor: str = "") -> dict[str, Any]:
    return {"sku": sku, "units": units, "reason": reason, "reference": reference, "actor": actor}


def _short(session: Session, before: Mapping[str, int], units: Mapping[str, int]) -> dict[str, int]:
    # What the holder holds already is free for it.
    there = {sku: number + before.get(sku, 0) for sku, number in free_units(session, units).items()}
    return {sku: number for sku, number in there.items() if number < units[sku]}
