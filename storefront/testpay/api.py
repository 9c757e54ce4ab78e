"""What a shop asks for, as JSON. Each call carries the secret as its bearer token.

``Idempotency-Key`` makes a second request for a page or a refund the same one; with other contents it is
refused. What is refused answers 400 (404 for an unknown page) with ``{"error": "…"}``.
"""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, jsonify, request, url_for

from storefront.testpay import books
from storefront.testpay.models import Page
from storefront.testpay.parts import parts

blueprint = Blueprint("api", __name__, url_prefix="/v1")


@blueprint.before_request
def check_secret() -> None:
    """Refuse who doesn't know the secret."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not compare_digest(given.encode(), parts().secret.encode()):
        abort(_error("the secret isn't right", 401))


@blueprint.errorhandler(books.Refused)
def refused(error: books.Refused) -> Response:
    """Why not."""
    return _error(str(error), 400)


@blueprint.post("/pages")
def open_page() -> Response:
    """A hosted page, for ``amount``, ``currency``, ``items``, ``expires_at`` and three addresses."""
    return _page(books.open_page(parts().database, _key(), request.get_json()))


@blueprint.get("/pages/<page_id>")
def show_page(page_id: str) -> Response:
    """The page's state."""
    return _page(_found(page_id))


@blueprint.post("/pages/<page_id>/expire")
def expire(page_id: str) -> Response:
    """End a page that isn't over yet."""
    _found(page_id)
    page = books.end(parts().database, page_id, "expired")
    parts().courier.ring()
    return _page(page)


@blueprint.post("/refunds")
def refund() -> Response:
    """Send ``amount`` of what was paid on ``page`` back."""
    given = request.get_json()
    amount = given.get("amount")
    if not isinstance(amount, int):
        raise books.Refused("amount must be a whole number of minor units")
    books.refund(parts().database, _key(), str(given.get("page")), amount)
    parts().courier.ring()
    return jsonify(state="done")


@blueprint.get("/events")
def events() -> Response:
    """At most 100 events since ``since`` (seconds since 1970) after the number ``after``, oldest first."""
    since, after = request.args.get("since", 0.0, float), request.args.get("after", 0, int)
    found = books.told(parts().database, since, after)
    last = found[-1].number if found else after
    return jsonify(events=[event.body for event in found], last=last, more=len(found) == books.AT_ONCE)


def _key() -> str:
    if key := request.headers.get("Idempotency-Key"):
        return key
    raise books.Refused("the header Idempotency-Key is missing")


def _found(page_id: str) -> Page:
    page = books.find(parts().database, page_id)
    if page is None:
        abort(_error("there is no such page", 404))
    return page


def _page(page: Page) -> Response:
    url = url_for("pages.show", page_id=page.id, _external=True)
    return jsonify(url=url, state=page.state, **books.described(page))


def _error(message: str, status: int) -> Response:
    response = jsonify(error=message)
    response.status_code = status
    return response
