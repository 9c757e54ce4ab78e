"""What a visitor does with the cart. Each change is one conditional write, so that two tabs lose nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as changed
from datetime import timedelta

from storefront.cart import items
from storefront.cart.errors import Busy, LineGone, PriceDiffers, ProductGone, Refused, WrongQuantity
from storefront.cart.items import MOST, Items, Line, What
from storefront.catalog import operations as catalog
from storefront.catalog.availability import supply_of
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.stores.dynamo import Change, could_be_key

NO_TAP = timedelta(0)
_TRIES = 12


def lines(cart_id: str) -> tuple[Line, ...]:
    """The cart's lines, oldest first. Expired ones are left out: DynamoDB removes them days late."""
    found = [line for line in (entry.line for entry in items.read_all(cart_id)) if line]
    return tuple(sorted(found, key=lambda line: (line.added_at, line.line_id)))


def check(
    slug: str, given: Mapping[str, str], quantity: int, seen: int | None, line: str = ""
) -> tuple[ProductView, Configuration]:
    """What is wanted, configured and priced here and now.

    ``seen`` is the unit price that the shopper saw, in minor units. Raises :class:`ProductGone`,
    :class:`WrongQuantity`, :class:`Refused` and :class:`PriceDiffers`.
    """
    product = catalog.current().product(slug)
    if product is None:
        raise ProductGone
    if not 1 <= quantity <= MOST:
        raise WrongQuantity
    configuration = catalog.configured(product, given)
    if not configuration.orderable:
        raise Refused(product, configuration, line)
    if configuration.total != seen:
        raise PriceDiffers(product, configuration, line, seen, quantity)
    return product, configuration


def add(
    cart_id: str, product: ProductView, configuration: Configuration, quantity: int, tap: timedelta = NO_TAP
) -> str:
    """Put pieces into the cart, on top of those of the same configuration. Returns the line's id.

    Nothing where some of the same were put in within ``tap``, for then it is the same press of a button.
    Raises :class:`WrongQuantity` where the line would hold too many.
    """
    line, what = line_id(product, configuration), told(product, configuration)

    def adding() -> list[Change]:
        found = items.read(cart_id, line)
        if found.told_within(tap):
            return []
        return [_room(found, quantity).adding(what, quantity, alone=bool(tap))]

    attempt(adding)
    return line


def was_added(cart_id: str, product: ProductView, configuration: Configuration, within: timedelta) -> bool:
    """Whether such pieces were put in so lately."""
    return bool(within) and items.read(cart_id, line_id(product, configuration)).told_within(within)


def replace(cart_id: str, old_id: str, product: ProductView, configuration: Configuration) -> str:
    """Take the line ``old_id`` out and put its pieces in as another configuration, both or neither.

    Raises :class:`LineGone` and :class:`WrongQuantity`.
    """
    new_id, what = line_id(product, configuration), told(product, configuration)

    def replacing() -> list[Change]:
        old = _found(cart_id, old_id)
        if new_id == old_id:
            return [old.adding(what, 0)]
        new = _room(items.read(cart_id, new_id), old.units)
        return [old.taking(old.units), new.adding(what, old.units)]

    attempt(replacing)
    return new_id


def find(cart_id: str, wanted: str) -> Line:
    """The line of this id. Raises :class:`LineGone`."""
    line = _found(cart_id, wanted).line
    if line is None:
        raise LineGone
    return line


def change(cart_id: str, wanted: str, difference: int) -> None:
    """Add to (or take from) a line's quantity, whatever other tabs did meanwhile.

    Raises :class:`WrongQuantity` and :class:`LineGone`.
    """

    def changing() -> list[Change]:
        found = _found(cart_id, wanted)
        if not 1 <= found.units + difference <= MOST:
            raise WrongQuantity
        if difference > 0:
            return [found.adding(_line(found).what, difference)]
        return [found.taking(-difference)]

    attempt(changing)


def remove(cart_id: str, wanted: str) -> Line:
    """Take a line out and return what it was. Raises :class:`LineGone`."""
    was: list[Line] = []

    def removing() -> list[Change]:
        found = _found(cart_id, wanted)
        was[:] = [_line(found)]
        return [found.taking(found.units)]

    attempt(removing)
    return was[0]


def reprice(cart_id: str, wanted: str, unit_price: int) -> None:
    """Write down that the shopper has seen this unit price, in minor units. Raises :class:`LineGone`."""

    def repricing() -> list[Change]:
        found = _found(cart_id, wanted)
        what = _line(found).what
        return [found.adding(changed(what, unit_price=unit_price), 0)]

    attempt(repricing)


def line_id(product: ProductView, configuration: Configuration) -> str:
    """The id of the line that holds this product in this configuration."""
    return f"{product.slug}.{configuration.key}"


def told(product: ProductView, configuration: Configuration) -> What:
    """What the shopper is told of a configured product now."""
    return What(
        product=product.slug,
        selection=configuration.selection,
        unit_price=configuration.total,
        currency=product.currency,
        lead_days=supply_of(product, configuration).lead_days,
    )


def attempt(changing: Callable[[], Sequence[Change]]) -> None:
    """Read and write until nothing came between. ``changing`` reads, and tells what is to be written, if any.

    Raises :class:`Busy` where others kept coming between.
    """
    for _ in range(_TRIES):
        changes = changing()
        if not changes or items.write(*changes):
            return
    raise Busy


def _found(cart_id: str, wanted: str) -> Items:
    if not could_be_key(wanted):
        raise LineGone
    found = items.read(cart_id, wanted)
    if not found.units:
        raise LineGone
    return found


def _line(found: Items) -> Line:
    line = found.line
    if line is None:
        raise LineGone
    return line


def _room(found: Items, number: int) -> Items:
    if found.units + number > MOST:
        raise WrongQuantity
    return found
