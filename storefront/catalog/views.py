"""Home, category, search and product: equal for all, so none of them touches the session."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from storefront.catalog import configuring, listings, operations, showing
from storefront.catalog.pages import ConfigurationPart
from storefront.catalog.snapshot import CategoryView, ProductView
from storefront.catalog.snapshot.holder import NoSnapshot
from storefront.configure import Configuration
from storefront.web import pages

blueprint = Blueprint("catalog", __name__)
POSTED_ONLY = frozenset({"total", "quantity"})
LONGEST_LINE = 200


@blueprint.app_template_global()
def navigation() -> tuple[CategoryView, ...]:
    """The top categories that hold something; none while there is no catalog, so that errors can be shown."""
    try:
        categories = operations.current().categories()
    except NoSnapshot:
        return ()
    return tuple(category for category in categories if category.parent is None and category.count)


@blueprint.get("/")
def home() -> Response:
    """The home page."""
    return pages.render("catalog/home.html", showing.home(), public=True)


@blueprint.get("/c/<slug>")
def category(slug: str) -> Response:
    """A category with its filters."""
    found = operations.current().category(slug)
    if found is None:
        abort(404)
    page = listings.category_page(found, listings.query(request.args, found.slug))
    return pages.render("catalog/listing.html", page, public=True)


@blueprint.get("/search")
def search() -> Response:
    """Search over everything."""
    page = listings.search_page(listings.query(request.args))
    return pages.render("catalog/listing.html", page, public=True)


@blueprint.get("/p/<slug>")
def product(slug: str) -> AnyResponse:
    """A product in the configuration of the address."""
    found, configuration = _asked(slug)
    if POSTED_ONLY & request.args.keys():
        # A form without JavaScript sends all it has: send its reader to the tidy address.
        return redirect(configuring.address(slug, dict(_kept(configuration)), _line()), 303)
    return pages.render(
        "catalog/product.html", showing.product(found, _part(found, configuration)), public=True
    )


@blueprint.get("/p/<slug>/configuration")
def configuration(slug: str) -> Response:
    """The panel of a configuration, with the event that repaints the model."""
    found, configured = _asked(slug)
    seen = request.headers.get("HX-Current-URL", "")
    announcement = configuring.announced(found, seen, configured)
    address = configuring.address(slug, dict(_kept(configured)), _line())
    restored = "HX-History-Restore-Request" in request.headers
    return pages.fragment(
        "catalog/_configuration.html",
        _part(found, configured, announcement),
        trigger={"configured": {"effects": list(configured.effects), "announce": announcement}},
        push_url=None if restored or _local(seen) == address else address,
    )


@blueprint.get("/p/<slug>/availability")
def availability(slug: str) -> Response:
    """Whether a configuration can be had and when: asked for apart, and kept in no cache."""
    found, configured = _asked(slug)
    page = configuring.availability_part(found, configured, _line())
    if "HX-Request" in request.headers:
        response = pages.fragment("catalog/_availability.html", page)
    else:
        response = pages.render("catalog/availability.html", page)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/p/<slug>/phone.svg")
def phone(slug: str) -> Response:
    """A QR code that opens the configuration on a telephone, which can stand it in a room."""
    _, configured = _asked(slug)
    there = io.BytesIO()
    code = segno.make_qr(showing.whole(configuring.address(slug, configured.changed)), error="m")
    code.save(there, kind="svg", border=3, dark="#1d1b19", light="#ffffff", omitsize=True)
    headers = {"Cache-Control": pages.PUBLIC}
    return Response(there.getvalue(), mimetype="image/svg+xml", headers=headers)


def _asked(slug: str) -> tuple[ProductView, Configuration]:
    found = operations.current().product(slug)
    if found is None:
        abort(404)
    return found, operations.configured(found, request.args.to_dict())


def _part(found: ProductView, configured: Configuration, announcement: str = "") -> ConfigurationPart:
    return configuring.part(found, configured, _line(), announcement)


def _line() -> str:
    return request.args.get(configuring.LINE, "")[:LONGEST_LINE]


def _kept(configured: Configuration) -> Iterator[tuple[str, str]]:
    """What the address keeps: changed values, and refused ones so that a reload still explains them."""
    for state in configured.states:
        key = state.option.key
        if state.error:
            yield key, request.args[key]
        elif key in configured.changed:
            yield key, str(configured.changed[key])


def _local(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
