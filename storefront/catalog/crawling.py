"""What search engines are told: where to look, and which pages there are."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from storefront.catalog import operations, showing
from storefront.web.pages import PUBLIC

blueprint = Blueprint("crawling", __name__)
MOST_ADDRESSES = 50_000
"""In one file, says sitemaps.org."""
PRIVATE_PARTS = ("/_", "/account", "/cart", "/checkout", "/merchant", "/orders")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything may be read but what is private."""
    lines = ["User-agent: *", *(f"Disallow: {part}" for part in PRIVATE_PARTS)]
    lines.append(f"Sitemap: {showing.whole('/sitemap.xml')}")
    return _public("\n".join(lines) + "\n", "text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """All pages that are worth finding."""
    snapshot = operations.current()
    categories = [f"/c/{category.slug}" for category in snapshot.categories() if category.count]
    products = [f"/p/{slug}" for slug in snapshot.slugs()]
    addresses = ["/", "/delivery", *categories, *products][:MOST_ADDRESSES]
    text = render_template("catalog/sitemap.xml", addresses=[showing.whole(path) for path in addresses])
    return _public(text, "application/xml")


def _public(text: str, kind: str) -> Response:
    return Response(text, mimetype=kind, headers={"Cache-Control": PUBLIC})
