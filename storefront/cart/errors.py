"""Why something doesn't go into the cart."""

from __future__ import annotations

from storefront.cart.items import MOST, MOST_LINES
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.web.errors import ShopError


class Refused(Exception):
    """The configuration can't be ordered: its parts don't go together, or a value can't be used."""

    status = 422

    def __init__(self, product: ProductView, configuration: Configuration, line: str) -> None:
        super().__init__(f"{product.slug} can't be ordered like this")
        self.product, self.configuration, self.line = product, configuration, line


class PriceDiffers(Refused):
    """The price that came with the form is not the price of what it asks for."""

    status = 409

    def __init__(
        self, product: ProductView, configuration: Configuration, line: str, seen: int | None, quantity: int
    ) -> None:
        super().__init__(product, configuration, line)
        self.seen, self.quantity = seen, quantity


class CartAway(ShopError):
    """Carts can't be reached."""

    retry_after = 15

    def __init__(self) -> None:
        super().__init__(
            "Your cart can't be opened right now",
            "The place where carts lie isn't answering. What is in it is kept; what you were just putting in "
            "may be missing. Look around, and open it again in a minute.",
            503,
            action_label="Try again",
            action_url="/cart",
        )


class ProductGone(ShopError):
    """The shop doesn't sell this (any more)."""

    def __init__(self) -> None:
        super().__init__(
            "This piece is gone",
            "The shop doesn't sell it any more. Nothing was put in your cart.",
            404,
            action_label="See all goods",
            action_url="/search",
        )


class WrongQuantity(ShopError):
    """A number of pieces that a line can't have."""

    def __init__(self) -> None:
        super().__init__(
            "That number doesn't work",
            f"A line of the cart holds 1 to {MOST} pieces. Your cart is as it was.",
            422,
            action_label="To the cart",
            action_url="/cart",
        )


class CartFull(ShopError):
    """The cart has as many lines as there may be."""

    def __init__(self) -> None:
        super().__init__(
            "Your cart is full",
            f"It holds {MOST_LINES} different pieces at most, and is as it was. Take something out, or buy "
            "these first.",
            409,
            action_label="To the cart",
            action_url="/cart",
        )


class NotEnough(ShopError):
    """The cart would ask for more units than there are."""

    def __init__(self, title: str, free: int, there: int) -> None:
        free = max(0, free)
        left = (
            f"There are only {free} of {title} left like this" if free else f"{title} is sold out like this"
        )
        mine = f", and your cart asks for {there} already" if there and free else ""
        super().__init__(
            "There aren't that many" if free else "Sold out at the moment",
            f"{left}{mine}. Your cart is as it was.",
            409,
            action_label="To the cart",
            action_url="/cart",
        )


class LineGone(ShopError):
    """The line isn't in the cart any more: removed in another tab, or expired."""

    def __init__(self) -> None:
        super().__init__(
            "This line isn't in your cart any more",
            "It was removed, perhaps in another tab, or lay there for too long.",
            404,
            action_label="To the cart",
            action_url="/cart",
        )


class Busy(ShopError):
    """Others changed the same line again and again at the same time."""

    retry_after = 1

    def __init__(self) -> None:
        super().__init__(
            "One moment please",
            "Your cart was being changed at the same time. It is as it was before; please try again.",
            409,
            action_label="To the cart",
            action_url="/cart",
        )
