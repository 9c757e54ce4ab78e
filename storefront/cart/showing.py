"""The cart's pages, put together from its lines and the catalog as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from storefront.cart import stocking
from storefront.cart.errors import PriceDiffers, Refused
from storefront.cart.items import MOST, Line
from storefront.cart.operations import line_id
from storefront.cart.pages import CartPage, LineView, RefusedPage, Removed
from storefront.catalog import cards, configuring
from storefront.catalog import operations as catalog
from storefront.catalog.availability import Availability, within
from storefront.catalog.pages import Poster
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.looks import operations as looks
from storefront.web.pages import format_money

GONE = "This piece isn't sold any more. It doesn't count in the sum."


def cart(
    lines: Sequence[Line],
    removed: Removed | None,
    notes: tuple[str, ...] = (),
    reminder: bool | None = None,
) -> CartPage:
    """The cart at today's prices, with what can be had of it."""
    there = stocking.of_lines(lines)
    views = tuple(line_view(line, there.get(line.line_id)) for line in lines)
    counted = [view for view in views if not view.problem]
    back = removed is not None and removed.fields["line"] not in {view.line_id for view in views}
    return CartPage(
        lines=views,
        count=sum(view.quantity for view in counted),
        subtotal=sum(view.total for view in counted),
        removed=removed if back else None,
        notes=notes,
        reminder=reminder,
    )


def removed(slug: str, given: Mapping[str, str], quantity: str) -> Removed | None:
    """What the address says was taken out, if the shop still sells it."""
    product = catalog.current().product(slug) if slug else None
    if product is None:
        return None
    configuration = catalog.configured(product, given)
    fields = {key: str(value) for key, value in configuration.selection.items()}
    own = {"product": slug, "quantity": quantity, "total": str(configuration.total)}
    return Removed(product.title, {**fields, **own, "line": line_id(product, configuration)})


def refused(error: Refused) -> RefusedPage:
    """Why nothing was put into the cart, and what can be done."""
    product, configuration = error.product, error.configuration
    back = configuring.address(product.slug, configuration.changed, error.line)
    if isinstance(error, PriceDiffers):
        return _price_page(error, back)
    return RefusedPage(
        title="This can't be ordered like that",
        message=f"Nothing was put in your cart. {product.title} can't be made as it was asked for:",
        errors=configuration.errors,
        fixes=configuring.part(product, configuration, error.line).fixes,
        back_url=back,
        accept={},
        accept_label="",
    )


def _price_page(error: PriceDiffers, back: str) -> RefusedPage:
    price = format_money(error.configuration.total)
    said = "no price" if error.seen is None else format_money(error.seen)
    fields = {key: str(value) for key, value in error.configuration.selection.items()}
    own = {
        "product": error.product.slug,
        "quantity": str(error.quantity),
        "total": str(error.configuration.total),
    }
    return RefusedPage(
        title="The price is another one",
        message=f"As you chose it, {error.product.title} costs {price}. The form that was sent said {said}. "
        "Nothing was put in your cart.",
        errors=(),
        fixes=(),
        back_url=back,
        accept={**fields, **own, **({"line": error.line} if error.line else {})},
        accept_label=f"Go on at {price}",
    )


def line_view(line: Line, there: Availability | None = None) -> LineView:
    """A line, configured and priced anew; ``there`` is what can be had, where that is known."""
    product = catalog.current().product(line.product)
    if product is None:
        return _gone(line)
    configuration = catalog.configured(product, line.selection)
    look = looks.find(product, configuration)
    coming = look is None and looks.is_coming(product, configuration)
    return LineView(
        line_id=line.line_id,
        slug=product.slug,
        title=product.title,
        poster=look.poster if look else _poster(product),
        picture_url=f"/cart/lines/{line.line_id}/picture" if coming else "",
        tint=cards.tint(product.slug),
        chosen=tuple(
            (state.option.label, state.label) for state in configuration.states if state.value != ""
        ),
        unit_price=configuration.total,
        was=line.unit_price if line.unit_price != configuration.total else None,
        quantity=line.quantity,
        total=configuration.total * line.quantity,
        edit_url=configuring.address(product.slug, configuration.changed, line.line_id),
        problem=_problem(product, configuration) or _sold_out(there),
        stock=there.state if there else "unknown",
        ready=there.text if there else "",
        changes=tuple(_changes(line, configuration, there)),
        most=_most(there),
    )


def _poster(product: ProductView) -> Poster | None:
    return cards.poster(product.media, small=True) if product.media else None


def _problem(product: ProductView, configuration: Configuration) -> str:
    if configuration.orderable:
        return ""
    reasons = [*(problem.message for problem in configuration.problems), *configuration.errors]
    return (
        f"{product.title} can't be made like this any more. {' '.join(reasons)} It doesn't count in the sum."
    )


def _sold_out(there: Availability | None) -> str:
    return "It is sold out like this. It doesn't count in the sum." if there and there.gone else ""


def _most(there: Availability | None) -> int:
    return MOST if there is None or there.free is None else max(0, min(MOST, there.free))


def _changes(line: Line, configuration: Configuration, there: Availability | None) -> Iterator[str]:
    """What became different since the shopper put the line here."""
    if line.unit_price != configuration.total:
        now, was = format_money(configuration.total), format_money(line.unit_price)
        yield f"The price has changed since you added it: {now} instead of {was} each."
    if there is None:
        return
    if 0 < _most(there) < line.quantity:
        yield f"Only {there.free} of these {line.quantity} can be had now."
    before, after = line.what.lead_days, there.supply.lead_days
    if before is not None and before != after:
        yield f"It ships {within(after)} now, not {within(before)}."


def _gone(line: Line) -> LineView:
    return LineView(
        line_id=line.line_id,
        slug="",
        title=line.product.replace("-", " ").capitalize(),
        poster=None,
        picture_url="",
        tint=1,
        chosen=(),
        unit_price=line.unit_price,
        was=None,
        quantity=line.quantity,
        total=0,
        edit_url="",
        problem=GONE,
    )
