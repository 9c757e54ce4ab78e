"""Where providers tell what happened: POST /webhooks/<provider>."""

from __future__ import annotations

import logging
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from storefront.checkout.errors import RefundRefused
from storefront.checkout.paying import settle_and_end
from storefront.checkout.payments import ProviderAway, ProviderRefused
from storefront.checkout.payments.current import provider as current
from storefront.stores import chores
from storefront.stores.database import Unavailable
from storefront.web.context import shop
from storefront.web.guard import from_anywhere

log = logging.getLogger(__name__)

LARGEST_EVENT = 256 << 10
RETRY_SECONDS = 5

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/<provider>")
@from_anywhere
def receive(provider: str) -> Response:
    """200 once what the event asks for is committed, 400 for what no provider of ours signed.

    503 lets the provider send it again: the database is away, or a refund came before its payment.
    """
    own = current()
    if provider != own.name:
        raise NotFound
    request.max_content_length = LARGEST_EVENT
    raw = request.get_data()
    try:
        if (event := own.event(dict(request.headers), raw)) is not None:
            settle_and_end(shop().database, own, event)
            shop().database.unit(partial(chores.done, name=f"webhook {provider}"))
    except ValueError as error:
        log.warning("a webhook of %s can't be trusted: %s", provider, error)
        return _say("The signature, its time or the body isn't as it should be.", 400)
    except (Unavailable, ProviderAway, ProviderRefused, RefundRefused) as error:
        log.error("a webhook of %s must come again: %s", provider, error)
        again = _say("Please send it again.", 503)
        again.headers["Retry-After"] = str(RETRY_SECONDS)
        return again
    return _say("Thank you.", 200)


def _say(text: str, status: int) -> Response:
    return Response(text + "\n", status, mimetype="text/plain")
