"""The page that says whether the shop runs."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from storefront.accounts.access import merchant_required
from storefront.backoffice.running import operations
from storefront.web.pages import render

blueprint = Blueprint("running", __name__, url_prefix="/merchant/running")


@blueprint.get("")
@merchant_required
def running() -> ResponseReturnValue:
    return render("backoffice/running.html", operations.running_page())
