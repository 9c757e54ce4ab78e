"""What the order desk says no with."""

from __future__ import annotations

from storefront.web.errors import ShopError


class NoSuchOrder(ShopError):
    """No order has this number."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such order",
            "Look for it by its number or by the shopper's address.",
            404,
            action_label="All orders",
            action_url="/merchant/orders",
        )


class NotNow(ShopError):
    """The order is in a state in which this can't be done."""

    def __init__(self, number: str, why: str) -> None:
        super().__init__(
            "This can't be done to the order now",
            why,
            409,
            action_label="Open the order",
            action_url=f"/merchant/orders/{number}",
        )
