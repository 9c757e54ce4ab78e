"""The way into the visitor's room: links that the phone's own viewers open, at true scale."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import request

from storefront.catalog import configuring
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.looks import operations
from storefront.looks.pages import Look, RoomLinks, RoomPart
from storefront.web.context import shop
from storefront.web.pages import asset_url

TOO_MANY = "Too many people ask for this just now. Try again in a few minutes."
IMPOSSIBLE = "This combination can't be made, so it can't be shown either."


def offered(product: ProductView, configuration: Configuration) -> RoomPart:
    """What a page that is equal for all can say: as it comes, the product is ready."""
    if product.media is None:
        return RoomPart(product.title)
    if operations.is_default(product, configuration):
        return part(product, configuration)
    return RoomPart(product.title, ask_url=f"/p/{product.slug}/room")


def part(product: ProductView, configuration: Configuration) -> RoomPart:
    """What can be done now, without starting anything."""
    look = operations.find(product, configuration)
    if look:
        return RoomPart(product.title, links=links(product, configuration, look))
    if operations.is_coming(product, configuration):
        return RoomPart(product.title, poll_url=address(product, configuration))
    return RoomPart(product.title, ask_url=f"/p/{product.slug}/room")


def asked(product: ProductView, configuration: Configuration) -> RoomPart:
    """The same, after the look was asked for."""
    if not configuration.orderable:
        return RoomPart(product.title, problem=IMPOSSIBLE)
    if not operations.ask(product, configuration):
        return RoomPart(product.title, ask_url=f"/p/{product.slug}/room", problem=TOO_MANY)
    return part(product, configuration)


def address(product: ProductView, configuration: Configuration) -> str:
    """Where the part of a configuration is."""
    query = urlencode(configuration.changed)
    return f"/p/{product.slug}/room?{query}" if query else f"/p/{product.slug}/room"


def links(product: ProductView, configuration: Configuration, look: Look) -> RoomLinks | None:
    """The links of a look; None for a model of before, which has neither file."""
    if not look.usdz or not look.plain:
        return None
    # Whoever stands it in a room wants to know whether it fits: no pinching it smaller.
    quick_look = f"{asset_url(look.usdz)}#allowsContentScaling=0"
    return RoomLinks(quick_look, _intent(product, configuration, look), asset_url(look.poster.key))


def _intent(product: ProductView, configuration: Configuration, look: Look) -> str:
    """Scene Viewer's address, which takes only absolute ones."""
    root = (shop().settings.public_url or request.url_root).rstrip("/")
    place = asset_url(look.plain)
    file = place if "://" in place else root + place
    back = root + configuring.address(product.slug, configuration.changed)
    asked = urlencode({"file": file, "mode": "ar_preferred", "resizable": "false", "title": product.title})
    return (
        f"intent://arvr.google.com/scene-viewer/1.2?{asked}#Intent;scheme=https;"
        "package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;"
        f"S.browser_fallback_url={quote(back, safe='')};end;"
    )
