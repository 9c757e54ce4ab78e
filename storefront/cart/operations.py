"""What a visitor does with the cart. Each change is one conditional write, so that two tabs lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pynamodb.exceptions import DeleteError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from storefront.cart.errors import MOST, LineGone, PriceDiffers, ProductGone, Refused, WrongQuantity
from storefront.cart.models import CartLine
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.stores.dynamo import could_be_key, now

KEPT = timedelta(days=30)
_CONDITION = "ConditionalCheckFailedException"


def lines(cart_id: str) -> tuple[CartLine, ...]:
    """The cart's lines, oldest first. Expired ones are left out: DynamoDB removes them days late."""
    time = now()
    found = [line for line in CartLine.query(cart_id, consistent_read=True) if line.expires_at > time]
    return tuple(sorted(found, key=lambda line: line.added_at))


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


def add(cart_id: str, product: ProductView, configuration: Configuration, quantity: int) -> str:
    """Put pieces into the cart, on top of those of the same configuration. Returns the line's id.

    Raises :class:`WrongQuantity` where the line would hold too many.
    """
    line = CartLine(cart_id, line_id(product, configuration))
    _forget_expired(line)
    try:
        line.update(actions=_added(product, configuration, quantity), condition=_room(quantity))
    except UpdateError as error:
        raise _told(error, WrongQuantity()) from error
    return str(line.line_id)


def replace(
    cart_id: str, old_id: str, product: ProductView, configuration: Configuration, quantity: int
) -> str:
    """Take the line ``old_id`` out and put its pieces in as another configuration, both or neither.

    Raises :class:`LineGone` and :class:`WrongQuantity`.
    """
    new = CartLine(cart_id, line_id(product, configuration))
    if new.line_id == old_id:
        return old_id
    _forget_expired(new)
    actions = _added(product, configuration, quantity)
    connection = CartLine._get_connection().connection  # the model's own, with its time-outs
    try:
        with TransactWrite(connection=connection) as transaction:
            transaction.delete(CartLine(cart_id, old_id), condition=CartLine.quantity == quantity)
            transaction.update(new, actions=actions, condition=_room(quantity))
    except TransactWriteError as error:
        reasons = [reason.code if reason else "" for reason in error.cancellation_reasons]
        if "ConditionalCheckFailed" not in reasons:
            raise
        raise (LineGone() if reasons[0] == "ConditionalCheckFailed" else WrongQuantity()) from error
    return str(new.line_id)


def find(cart_id: str, wanted: str) -> CartLine:
    """The line of this id. Raises :class:`LineGone`."""
    if not could_be_key(wanted):
        raise LineGone
    try:
        line = CartLine.get(cart_id, wanted, consistent_read=True)
    except CartLine.DoesNotExist:
        raise LineGone from None
    if line.expires_at <= now():
        raise LineGone
    return line


def change(cart_id: str, wanted: str, difference: int) -> None:
    """Add to (or take from) a line's quantity, whatever other tabs did meanwhile.

    Raises :class:`WrongQuantity` and :class:`LineGone`.
    """
    find(cart_id, wanted)
    between = CartLine.quantity.between(1 - difference, MOST - difference)
    actions: list[Action] = [CartLine.quantity.add(difference), CartLine.expires_at.set(now() + KEPT)]
    try:
        CartLine(cart_id, wanted).update(actions=actions, condition=between)
    except UpdateError as error:
        raise _told(error, WrongQuantity()) from error


def remove(cart_id: str, wanted: str) -> CartLine:
    """Take a line out and return what it was. Raises :class:`LineGone`."""
    line = find(cart_id, wanted)
    line.delete()
    return line


def reprice(cart_id: str, wanted: str, unit_price: int) -> None:
    """Write down that the shopper has seen this unit price, in minor units. Raises :class:`LineGone`."""
    find(cart_id, wanted)
    actions: list[Action] = [CartLine.unit_price.set(unit_price)]
    try:
        CartLine(cart_id, wanted).update(actions=actions, condition=CartLine.quantity.exists())
    except UpdateError as error:
        if error.cause_response_code != _CONDITION:
            raise
        raise LineGone from error


def line_id(product: ProductView, configuration: Configuration) -> str:
    """The id of the line that holds this product in this configuration."""
    return f"{product.slug}.{configuration.key}"


def _added(product: ProductView, configuration: Configuration, quantity: int) -> list[Action]:
    time = now()
    return [
        CartLine.quantity.add(quantity),
        CartLine.product.set(product.slug),
        CartLine.selection.set(dict(configuration.selection)),
        CartLine.unit_price.set(configuration.total),
        CartLine.currency.set(product.currency),
        CartLine.added_at.set(CartLine.added_at | time),
        CartLine.expires_at.set(time + KEPT),
    ]


def _room(quantity: int) -> Condition:
    fits: Condition = CartLine.quantity.does_not_exist() | (CartLine.quantity <= MOST - quantity)
    return fits


def _forget_expired(line: CartLine) -> None:
    """An expired line that DynamoDB hasn't removed yet must not be added to."""
    try:
        line.delete(condition=CartLine.expires_at <= now())
    except DeleteError as error:
        if error.cause_response_code != _CONDITION:
            raise


def _told(error: UpdateError, meaning: WrongQuantity) -> Exception:
    return meaning if error.cause_response_code == _CONDITION else error
