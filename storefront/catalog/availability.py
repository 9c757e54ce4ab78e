"""Whether something can be had, and when: what is said wherever goods are shown, added and changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from storefront.catalog import operations
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.stock import operations as stock
from storefront.stock.supply import Supplied, supplied
from storefront.stores.database import Unavailable
from storefront.web.context import shop

log = logging.getLogger(__name__)

FEW = 5
"""So many pieces or fewer are told by their number."""


@dataclass(frozen=True, slots=True)
class Availability:
    """``free`` are the units that can be had now: None where they aren't counted, or can't be asked for.

    ``known`` is false where the database is away: nothing is refused then before the checkout.
    """

    supply: Supplied
    free: int | None
    known: bool = True

    def less(self, units: int) -> Availability:
        """What is left for others when somebody has so many."""
        return self if self.free is None else replace(self, free=self.free - units)

    @property
    def gone(self) -> bool:
        """Nothing is left."""
        return self.free is not None and self.free <= 0

    @property
    def state(self) -> str:
        """``stock``, ``few``, ``order``, ``gone`` or ``unknown``."""
        if not self.supply.stocked:
            return "order"
        if self.free is None:
            return "unknown"
        return "gone" if self.gone else "few" if self.free <= FEW else "stock"

    @property
    def text(self) -> str:
        """The sentence that a shopper reads."""
        when = within(self.supply.lead_days)
        return {
            "stock": f"In stock, ships {when}.",
            "few": f"Only {self.free} left. Ships {when}.",
            "order": f"Made to order, ships {when}.",
            "gone": "Sold out at the moment.",
            "unknown": "We can’t see right now whether it is in stock. You will know before you pay.",
        }[self.state]


def within(days: int) -> str:
    """A lead time in words, as carriers count it: "within 2 working days"."""
    if days < 1:
        return "today"
    return "within a working day" if days == 1 else f"within {days} working days"


def supply_of(product: ProductView, configuration: Configuration) -> Supplied:
    """How the product is supplied in this configuration."""
    return supplied(operations.type_of(product), product.slug, configuration, product.attributes)


def availability(product: ProductView, configuration: Configuration) -> Availability:
    """Whether this can be had now."""
    (found,) = of([supply_of(product, configuration)])
    return found


def of(supplies: Iterable[Supplied], holder: str = "") -> tuple[Availability, ...]:
    """The same of many, with one question to the database, or none where nothing is counted.

    What the checkout ``holder`` holds is free for it.
    """
    wanted = tuple(supplies)
    counted = {supply.sku for supply in wanted if supply.stocked}
    units = _free(counted, holder) if counted else {}
    if units is None:
        return tuple(Availability(supply, None, known=not supply.stocked) for supply in wanted)
    return tuple(Availability(supply, units[supply.sku] if supply.stocked else None) for supply in wanted)


def _free(skus: Iterable[str], holder: str) -> dict[str, int] | None:
    try:
        with shop().database.transaction() as session:
            mine = stock.held(session, holder) if holder else {}
            return {sku: units + mine.get(sku, 0) for sku, units in stock.free_units(session, skus).items()}
    except Unavailable as error:
        log.warning("stock is unknown: %s", error)
        return None
