"""What a merchant asked for and can't have, and the way on."""

from __future__ import annotations

from storefront.web.errors import ShopError


class NoSuchProduct(ShopError):
    """No product has this slug."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such product",
            "It may have another address now.",
            404,
            action_label="All products",
            action_url="/merchant",
        )


class NoSuchType(ShopError):
    """No plugin brings this product type."""

    def __init__(self) -> None:
        super().__init__(
            "This kind of product isn't sold here",
            "Its plugin is not installed. Choose another kind.",
            404,
            action_label="Choose a kind",
            action_url="/merchant/products/new",
        )


class NothingToShow(ShopError):
    """A product without a model can't be put on sale."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            "This product has no model yet",
            "Upload a model and publish it; then the product can go on sale.",
            409,
            action_label="Upload a model",
            action_url=f"/merchant/products/{slug}",
        )
