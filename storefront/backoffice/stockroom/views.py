"""The stock's pages."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.access import merchant_required, person_here
from storefront.backoffice.stockroom import operations
from storefront.web.errors import ShopError
from storefront.web.once import once
from storefront.web.pages import render

blueprint = Blueprint("stockroom", __name__, url_prefix="/merchant/stock")
MOST = 1_000_000
_NOTICES = {"received": "The units are in stock.", "counted": "The count is written down."}


@blueprint.get("")
@merchant_required
def stock() -> ResponseReturnValue:
    place = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    text = request.args.get("text", "").strip()[:200]
    return render("backoffice/stock.html", operations.stock_page(text, place))


@blueprint.post("")
@merchant_required
@once("stock-new")
def first() -> ResponseReturnValue:
    """The first units of a SKU, or more of one whose name the merchant knows."""
    sku = request.form.get("sku", "").strip().lower()[:200]
    operations.receive(sku, _units(1), request.form.get("reference", "").strip()[:200], person_here().id)
    return redirect(url_for("stockroom.sku", sku=sku, done="received"), 303)


@blueprint.get("/<sku>")
@merchant_required
def sku(sku: str) -> ResponseReturnValue:
    page = operations.sku_page(sku, _NOTICES.get(request.args.get("done", ""), ""))
    return render("backoffice/sku.html", page)


@blueprint.post("/<sku>/receive")
@merchant_required
@once("stock-receive")
def receive(sku: str) -> ResponseReturnValue:
    operations.receive(sku, _units(1), request.form.get("reference", "").strip()[:200], person_here().id)
    return redirect(url_for("stockroom.sku", sku=sku, done="received"), 303)


@blueprint.post("/<sku>/count")
@merchant_required
@once("stock-count")
def count(sku: str) -> ResponseReturnValue:
    operations.count(sku, _units(0), request.form.get("reference", "").strip()[:200], person_here().id)
    return redirect(url_for("stockroom.sku", sku=sku, done="counted"), 303)


def _units(least: int) -> int:
    units = request.form.get("units", -1, type=int)
    if not least <= units <= MOST:
        raise ShopError("This number can't be taken", f"Write units from {least} to {MOST:,}.", 422)
    return units
