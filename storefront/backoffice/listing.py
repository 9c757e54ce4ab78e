"""The merchant's list of products: narrowed by words and state, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from storefront.assets import operations as assets
from storefront.backoffice.operations import row
from storefront.backoffice.pages import ProductsPage
from storefront.catalog.models import ACTIVE, DRAFT, Product

PAGE_SIZE = 50
STATES = {ACTIVE: "On sale", DRAFT: "Draft", "bare": "Without a model"}


def products_page(text: str, state: str, number: int) -> ProductsPage:
    """The newest first, each with the state of its model; consistent, so that an edit is seen at once."""
    text, state = " ".join(text.split())[:80], state if state in STATES else ""
    found = [product for product in _newest() if _fits(product, text.lower(), state)]
    number = min(max(1, number), max(1, -(-len(found) // PAGE_SIZE)))
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    uploads = assets.newest_by_product()
    queued = assets.jobs_of(
        upload for product in shown if (upload := uploads.get(product.slug)) and upload.working
    )
    return ProductsPage(
        rows=tuple(row(product, uploads.get(product.slug), queued) for product in shown),
        total=len(found),
        text=text,
        state=state,
        states=tuple(STATES.items()),
        before=_url(text, state, number - 1) if number > 1 else "",
        after=_url(text, state, number + 1) if number * PAGE_SIZE < len(found) else "",
    )


def _newest() -> Iterable[Product]:
    return sorted(Product.scan(consistent_read=True), key=lambda product: product.created_at, reverse=True)


def _fits(product: Product, text: str, state: str) -> bool:
    if text not in product.title.lower() and text not in product.slug:
        return False
    return not product.media if state == "bare" else state in ("", product.state)


def _url(text: str, state: str, number: int) -> str:
    asked = {"text": text, "state": state, "page": str(number) if number > 1 else ""}
    kept = urlencode({name: value for name, value in asked.items() if value})
    return f"/merchant?{kept}" if kept else "/merchant"
