"""The merchant's pages. Every one of them asks who is there first."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.views import merchant_required, signed_in
from storefront.assets import operations as assets
from storefront.backoffice import listing, operations, questions, renders
from storefront.web.context import shop
from storefront.web.pages import fragment, render

FORM_OVERHEAD = 1 << 20

blueprint = Blueprint("backoffice", __name__, url_prefix="/merchant")


@blueprint.get("")
@merchant_required
def products() -> ResponseReturnValue:
    asked = request.args
    page = listing.products_page(
        asked.get("text", ""), asked.get("state", ""), asked.get("page", 1, type=int)
    )
    return render("backoffice/products.html", page)


@blueprint.get("/products/new")
@merchant_required
def new_product() -> ResponseReturnValue:
    chosen = request.args.get("type", "")
    if not chosen:
        return render("backoffice/kind.html", operations.type_page())
    return render("backoffice/form.html", operations.new_form(chosen, {}, {}))


@blueprint.post("/products/new")
@merchant_required
def add_product() -> ResponseReturnValue:
    given = request.form.to_dict()
    type_name = given.get("type", "")
    slug, errors = operations.add_product(type_name, given)
    if errors:
        return render("backoffice/form.html", operations.new_form(type_name, given, errors), status=422)
    return _to_product(slug)


@blueprint.get("/products/<slug>")
@merchant_required
def product(slug: str) -> ResponseReturnValue:
    page = operations.product_page(slug, request.args.get("upload", ""))
    return render("backoffice/product.html", page)


@blueprint.get("/products/<slug>/edit")
@merchant_required
def edit_form(slug: str) -> ResponseReturnValue:
    return render("backoffice/form.html", operations.edit_form(operations.product_of(slug), {}, {}))


@blueprint.post("/products/<slug>/edit")
@merchant_required
def edit_product(slug: str) -> ResponseReturnValue:
    product, given = operations.product_of(slug), request.form.to_dict()
    errors = operations.edit_product(product, given)
    if errors:
        page = operations.edit_form(operations.product_of(slug), given, errors)
        return render("backoffice/form.html", page, status=422)
    return _to_product(slug)


@blueprint.post("/products/<slug>/sale")
@merchant_required
def sale(slug: str) -> ResponseReturnValue:
    operations.set_on_sale(operations.product_of(slug), request.form.get("on_sale") == "yes")
    return _to_product(slug)


@blueprint.post("/products/<slug>/model")
@merchant_required
def upload_model(slug: str) -> ResponseReturnValue:
    """The way in without JavaScript: one multipart form, spooled to disk by Werkzeug."""
    product = operations.product_of(slug)
    request.max_content_length = shop().settings.upload_limit + FORM_OVERHEAD
    sent = request.files.get("model")
    try:
        if sent is None or not sent.filename:
            raise assets.UploadRefused("No file was chosen. Choose a model file, then upload it.")
        stream = cast(BinaryIO, sent.stream)
        asset = assets.upload_stream(product, sent.filename, stream, owner=_merchant())
    except assets.UploadRefused as error:
        page = operations.product_page(slug, error=error.message)
        return render("backoffice/product.html", page, status=error.status)
    return _to_product(slug, asset.asset_id)


@blueprint.post("/products/<slug>/uploads")
@merchant_required
def begin_upload(slug: str) -> ResponseReturnValue:
    """Where the browser may PUT its file: ``{"put", "type", "finish"}``."""
    size = request.form.get("size", default=0, type=int)
    product, name = operations.product_of(slug), request.form.get("filename", "")
    asset, url = assets.begin_upload(product, name, size, _merchant())
    finish = url_for("backoffice.finish_upload", asset_id=asset.asset_id)
    return jsonify(put=url, type=assets.CONTENT_TYPE, finish=finish)


@blueprint.post("/uploads/<asset_id>/finish")
@merchant_required
def finish_upload(asset_id: str) -> ResponseReturnValue:
    """The file has arrived: queue it, and say where its progress is shown."""
    asset = assets.finish_upload(asset_id)
    return jsonify(see=url_for("backoffice.product", slug=asset.product_slug, upload=asset_id))


@blueprint.get("/uploads/<asset_id>/status")
@merchant_required
def upload_status(asset_id: str) -> ResponseReturnValue:
    asset = assets.find(asset_id)
    card = operations.upload_card(asset, operations.product_of(asset.product_slug))
    return fragment("backoffice/_upload.html", card)


@blueprint.post("/uploads/<asset_id>/cancel")
@merchant_required
def cancel_upload(asset_id: str) -> ResponseReturnValue:
    """Stop its rendering."""
    return _to_product(assets.cancel(asset_id).product_slug, asset_id)


@blueprint.post("/uploads/<asset_id>/publish")
@merchant_required
def publish(asset_id: str) -> ResponseReturnValue:
    confirmed = request.form.get("confirmed") == "yes"
    return _to_product(operations.publish(asset_id, confirmed).product_slug)


@blueprint.post("/uploads/<asset_id>/answers")
@merchant_required
def answer(asset_id: str) -> ResponseReturnValue:
    """How large the model is, and which way is up: it is rendered again."""
    asset = questions.answer(asset_id, request.form.get("unit", ""), request.form.get("up", ""))
    return _to_product(asset.product_slug, asset_id)


@blueprint.get("/renders")
@merchant_required
def all_renders() -> ResponseReturnValue:
    return render("backoffice/renders.html", renders.renders_page())


@blueprint.post("/renders/cancel")
@merchant_required
def cancel_render() -> ResponseReturnValue:
    renders.cancel(request.form.get("job", ""))
    return redirect(url_for("backoffice.all_renders"), 303)


@blueprint.post("/renders/retry")
@merchant_required
def retry_render() -> ResponseReturnValue:
    renders.retry(request.form.get("job", ""))
    return redirect(url_for("backoffice.all_renders"), 303)


@blueprint.errorhandler(assets.UploadRefused)
def refused(error: assets.UploadRefused) -> ResponseReturnValue:
    """The uploader shows the sentence beside the file."""
    return jsonify(error=error.message), error.status


def _merchant() -> str:
    """The account id of whoever is signed in."""
    person = signed_in()
    return person.id if person else "shop"


def _to_product(slug: str, asset_id: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("backoffice.product", slug=slug, upload=asset_id), 303)
