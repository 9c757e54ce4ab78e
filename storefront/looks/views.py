"""Turntables, and the way into the visitor's room. Only a POST has anything made."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from storefront.catalog import configuring
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.looks import operations, rooms
from storefront.looks.pages import RoomPart
from storefront.web import pages

blueprint = Blueprint("looks", __name__)


@blueprint.app_template_global("room_of")
def room_of(slug: str, configuration: Configuration) -> RoomPart:
    """For the product's page: the way into the room, as far as it is known without asking a store."""
    product = catalog.current().product(slug)
    return rooms.offered(product, configuration) if product else RoomPart(slug)


@blueprint.get("/p/<slug>/turntable.json")
def turntable(slug: str) -> AnyResponse:
    """``{"width", "height", "images": [{"type", "urls"}]}``, the best type first; 204 where there is none."""
    media = _product(slug).media
    found = operations.turntable(media) if media else None
    if found is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    images = [
        {"type": i["type"], "urls": [pages.asset_url(path) for path in i["paths"]]} for i in found["images"]
    ]
    response = jsonify(width=found["width"], height=found["height"], images=images)
    response.headers["Cache-Control"] = pages.PUBLIC
    return response


@blueprint.get("/p/<slug>/room")
def room(slug: str) -> Response:
    """Whether a configuration can be stood in a room yet."""
    product = _product(slug)
    configuration = catalog.configured(product, request.args.to_dict())
    return pages.fragment("looks/_room.html", rooms.part(product, configuration))


@blueprint.post("/p/<slug>/room")
def ask(slug: str) -> AnyResponse:
    """Have a configuration made ready for rooms."""
    product = _product(slug)
    configuration = catalog.configured(product, request.form.to_dict())
    part = rooms.asked(product, configuration)
    if "HX-Request" not in request.headers:
        return redirect(configuring.address(slug, configuration.changed), 303)
    return pages.fragment("looks/_room.html", part)


def _product(slug: str) -> ProductView:
    found = catalog.current().product(slug)
    if found is None:
        abort(404)
    return found
