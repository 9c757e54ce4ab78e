"""The vouchers' page."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.access import merchant_required
from storefront.backoffice.vouchers import operations
from storefront.web.once import once
from storefront.web.pages import render

blueprint = Blueprint("voucher_desk", __name__, url_prefix="/merchant/vouchers")
_NOTICES = {"made": "The voucher can be used from now on.", "ended": "The voucher has ended."}


@blueprint.get("")
@merchant_required
def vouchers() -> ResponseReturnValue:
    notice = _NOTICES.get(request.args.get("done", ""), "")
    return render("backoffice/vouchers.html", operations.vouchers_page({}, {}, notice))


@blueprint.post("")
@merchant_required
@once("voucher-make")
def make() -> ResponseReturnValue:
    given = request.form.to_dict()
    if errors := operations.make(given):
        return render("backoffice/vouchers.html", operations.vouchers_page(given, errors), status=422)
    return redirect(url_for("voucher_desk.vouchers", done="made"), 303)


@blueprint.post("/end")
@merchant_required
@once("voucher-end")
def end() -> ResponseReturnValue:
    operations.end(request.form.get("code", ""))
    return redirect(url_for("voucher_desk.vouchers", done="ended"), 303)
