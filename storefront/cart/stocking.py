"""The cart asks for no more than there is. What is held for the visitor's own checkout is there for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import session

from storefront.cart import operations
from storefront.cart.errors import CartFull, NotEnough
from storefront.cart.items import MOST_LINES, Line
from storefront.catalog import availability
from storefront.catalog import operations as catalog
from storefront.catalog.availability import Availability, supply_of
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.stock.supply import Supplied

CHECKOUT = "checkout"
"""The session's key for the visitor's checkout."""


def check(
    cart_id: str,
    product: ProductView,
    configuration: Configuration,
    more: int,
    instead_of: Line | None = None,
) -> None:
    """Raise :class:`NotEnough` where the cart would ask for more units than there are.

    Raises :class:`CartFull` where it would have a line too many: each page of it prices every line anew.
    ``more`` pieces shall be added, ``instead_of`` a line. What doesn't make it more is never refused.
    """
    supply = supply_of(product, configuration)
    lines = operations.lines(cart_id)
    if instead_of is None and more > 0 and len(lines) >= MOST_LINES:
        _check_known(lines, operations.line_id(product, configuration))
    there = units(lines).get(supply.sku, 0)
    after = there + more - (units([instead_of]).get(supply.sku, 0) if instead_of else 0)
    if after <= there:
        return
    (found,) = here([supply])
    if found.free is not None and after > found.free:
        raise NotEnough(product.title, found.free, there)


def _check_known(lines: Iterable[Line], line_id: str) -> None:
    if all(line.line_id != line_id for line in lines):
        raise CartFull


def here(supplies: Iterable[Supplied]) -> tuple[Availability, ...]:
    """What can be had by this visitor."""
    return availability.of(supplies, holder=str(session.get(CHECKOUT, "")))


def units(lines: Iterable[Line]) -> dict[str, int]:
    """Units by SKU that lines ask for, of what is counted."""
    asked: dict[str, int] = {}
    for line in lines:
        supply = supply_of_line(line)
        if supply is not None and supply.stocked:
            asked[supply.sku] = asked.get(supply.sku, 0) + line.quantity
    return asked


def supply_of_line(line: Line) -> Supplied | None:
    """How a line is supplied; None where the shop doesn't sell it any more, or not like this."""
    product = catalog.current().product(line.product)
    if product is None:
        return None
    configuration = catalog.configured(product, line.selection)
    return supply_of(product, configuration) if configuration.orderable else None


def of_lines(lines: Sequence[Line]) -> dict[str, Availability]:
    """What each line can have, by its id: earlier lines first, where several ask for the same units."""
    supplies = {line.line_id: supply for line in lines if (supply := supply_of_line(line))}
    found = dict(zip(supplies, here(supplies.values()), strict=True))
    used: dict[str, int] = {}
    for line in lines:
        if (entry := found.get(line.line_id)) and entry.free is not None:
            before = used.get(entry.supply.sku, 0)
            found[line.line_id] = entry.less(before)
            used[entry.supply.sku] = before + line.quantity
    return found
