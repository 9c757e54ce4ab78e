"""The merchant's desk: describing products, and putting them on sale."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from storefront.assets import jobs
from storefront.assets import operations as assets
from storefront.assets.models import Asset
from storefront.backoffice import operations
from storefront.backoffice.report import missing
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.configure import Parts
from storefront.plugin_api import Choice, Material, Paint, Pick, Show
from tests.storefront.desks import BASE, draft, kind, merchant, rendered

__all__ = ["draft", "kind", "merchant"]

MANIFEST = {
    "schema": "asset-manifest/1",
    "levels": {
        name: {"path": f"{name}/m.glb", "bytes": 9, "wire_bytes": 48_000, "triangles": 3200, "texture": 256}
        for name in ("preview", "standard", "high")
    },
    "poster": {
        "width": 1200,
        "height": 1200,
        "images": [
            {"path": "poster/p.avif", "type": "image/avif", "width": 1200, "height": 1200, "bytes": 1},
            {"path": "poster/p.webp", "type": "image/webp", "width": 480, "height": 480, "bytes": 1},
        ],
    },
    "camera": {"position": [1, 1, 3], "target": [0, 0, 0], "fov": 30},
    "bounds": {"min": [-1.1, 0, -0.45], "max": [1.1, 0.82, 0.45]},
    "nodes": [],
    "materials": [],
    "variants": [],
    "animations": [],
    "report": [{"code": "many", "message": "It has many triangles.", "advice": "Use fewer."}],
}


@pytest.fixture
def ready(draft: Product) -> Asset:
    """An upload of it whose renditions are complete."""
    return rendered(draft, "thing.glb", MANIFEST)


def form(kind: str, **changes: str) -> dict[str, str]:
    return {"type": kind, "title": "New Thing", "category": kind, "price": "1234.50", **changes}


def test_it_makes_a_draft(merchant: FlaskClient, kind: str) -> None:
    response = merchant.post("/merchant/products/new", data=form(kind))
    assert (response.status_code, response.headers["Location"]) == (303, "/merchant/products/new-thing")
    product = catalog.find_product("new-thing")
    assert (product.state, product.price) == ("draft", 123_450)


@pytest.mark.parametrize(
    ("field", "given"),
    [("price", "12,50"), ("price", "-1"), ("price", "1.234"), ("title", " "), ("category", "nowhere")],
)
def test_what_can_not_be_read_is_said_beside_the_field(
    merchant: FlaskClient, kind: str, field: str, given: str
) -> None:
    response = merchant.post("/merchant/products/new", data=form(kind, **{field: given}))
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


def test_a_refused_form_keeps_what_was_typed(merchant: FlaskClient, kind: str) -> None:
    response = merchant.post("/merchant/products/new", data=form(kind, price="much", summary="Soft <b>"))
    assert 'value="Soft &lt;b&gt;"' in response.text


def test_two_products_can_not_have_one_address(merchant: FlaskClient, draft: Product, kind: str) -> None:
    response = merchant.post("/merchant/products/new", data=form(kind, title="THING!"))
    assert response.status_code == 422
    assert "already" in response.text


def test_an_edit_is_seen_at_once(merchant: FlaskClient, draft: Product, kind: str) -> None:
    edited = form(kind, title="Better Thing", version=str(draft.version))
    merchant.post("/merchant/products/thing/edit", data=edited)
    assert "Better Thing" in merchant.get("/merchant").text


def test_an_edit_of_an_old_page_is_refused(merchant: FlaskClient, draft: Product, kind: str) -> None:
    old = str(draft.version)
    catalog.save_product(draft, {"title": "Changed by another"})
    response = merchant.post("/merchant/products/thing/edit", data=form(kind, version=old))
    assert response.status_code == 422
    assert catalog.find_product("thing").title == "Changed by another"


def test_the_form_shows_the_price_as_it_is_typed(merchant: FlaskClient, draft: Product) -> None:
    assert 'value="123.45"' in merchant.get("/merchant/products/thing/edit").text


def test_a_product_without_a_model_is_not_put_on_sale(merchant: FlaskClient, draft: Product) -> None:
    response = merchant.post("/merchant/products/thing/sale", data={"on_sale": "yes"})
    assert response.status_code == 409
    assert catalog.find_product("thing").state == "draft"


def test_the_form_takes_more_than_other_forms(merchant: FlaskClient, draft: Product) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="model"; filename="thing.glb"\r\n\r\n'
    form = head + bytes(2 << 20) + b"\r\n--x--\r\n"
    response = merchant.post(
        "/merchant/products/thing/model", data=form, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 303


def test_going_on_sale_keeps_an_edit_of_the_same_moment(ready: Asset) -> None:
    operations.publish(ready.asset_id)
    opened = operations.product_of("thing")
    catalog.save_product(catalog.find_product("thing"), {"title": "A better name"})
    operations.set_on_sale(opened, on_sale=False)
    now = catalog.find_product("thing")
    assert (now.title, now.state) == ("A better name", "draft")


def test_publishing_puts_the_product_on_sale(merchant: FlaskClient, ready: Asset) -> None:
    assert merchant.post(f"/merchant/uploads/{ready.asset_id}/publish").status_code == 303
    product = catalog.find_product("thing")
    assert (product.state, product.asset_id, product.media["base"]) == ("active", ready.asset_id, BASE)


def test_a_product_is_taken_off_sale(merchant: FlaskClient, ready: Asset) -> None:
    merchant.post(f"/merchant/uploads/{ready.asset_id}/publish")
    merchant.post("/merchant/products/thing/sale", data={"on_sale": "no"})
    assert catalog.find_product("thing").state == "draft"


def test_a_ready_model_is_shown_before_it_is_published(merchant: FlaskClient, ready: Asset) -> None:
    page = merchant.get("/merchant/products/thing").text
    assert "220.0 × 90.0 × 82.0 cm" in page
    assert "48 kB" in page
    assert "It has many triangles." in page


def test_the_list_says_that_a_model_waits_to_be_published(merchant: FlaskClient, ready: Asset) -> None:
    assert "Ready to publish" in merchant.get("/merchant").text
    merchant.post(f"/merchant/uploads/{ready.asset_id}/publish")
    assert "Ready to publish" not in merchant.get("/merchant").text


def test_polling_ends_with_the_work(merchant: FlaskClient, draft: Product) -> None:
    asset = assets.upload_stream(draft, "thing.glb", io.BytesIO(b"a model"))
    status = f"/merchant/uploads/{asset.asset_id}/status"
    assert 'hx-trigger="load delay:1s"' in merchant.get(status).text
    claim = jobs.claim_next("one")
    assert claim
    jobs.fail(claim, "It has no surface.")
    failed = merchant.get(status).text
    assert "hx-trigger" not in failed
    assert "It has no surface." in failed


def test_a_model_is_uploaded_without_javascript(merchant: FlaskClient, draft: Product) -> None:
    sent = {"model": (io.BytesIO(b"a model"), "C:\\models\\thing.glb")}
    response = merchant.post("/merchant/products/thing/model", data=sent)
    assert response.status_code == 303
    assert "thing.glb" in merchant.get(response.headers["Location"]).text


def test_a_refused_file_is_explained_on_the_page(merchant: FlaskClient, draft: Product) -> None:
    sent = {"model": (io.BytesIO(b"a text"), "thing.docx")}
    response = merchant.post("/merchant/products/thing/model", data=sent)
    assert response.status_code == 422
    assert "takes GLB, USDZ, STL and PLY" in response.text


def test_a_model_is_uploaded_in_three_steps(merchant: FlaskClient, draft: Product) -> None:
    begun = merchant.post("/merchant/products/thing/uploads", data={"filename": "thing.glb", "size": "7"})
    merchant.put(begun.get_json()["put"], data=b"a model")
    finished = merchant.post(begun.get_json()["finish"])
    assert re.fullmatch(r"/merchant/products/thing\?upload=[0-9a-f]{32}", finished.get_json()["see"])
    assert assets.history("thing")[0].state == "queued"


def test_the_uploader_is_told_why_a_file_is_refused(merchant: FlaskClient, draft: Product) -> None:
    begun = merchant.post("/merchant/products/thing/uploads", data={"filename": "thing.exe", "size": "7"})
    assert begun.status_code == 422
    assert "GLB" in begun.get_json()["error"]


@pytest.mark.parametrize(
    "path", ["/merchant/products/none", "/merchant/products/new?type=none", "/merchant/uploads/none/status"]
)
def test_what_is_not_there_is_a_page_that_says_so(merchant: FlaskClient, path: str) -> None:
    assert merchant.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/merchant/products/thing/model", "/merchant/products/thing/uploads"])
def test_a_stranger_uploads_nothing(client: FlaskClient, draft: Product, path: str) -> None:
    assert client.post(path).headers["Location"].startswith("/account/sign-in")


LEGS = Pick("legs", "Legs", (Choice("oak", "Oak", (Show("legs-oak"),)), Choice("steel", "Steel")))
CLOTH = Pick(
    "cloth",
    "Cloth",
    (
        Choice("moss", "Moss", (Paint("fabric", Material("#445533")),)),
        Choice("trim", "Trim", (Show("trim"),)),
    ),
)


def test_an_option_that_finds_nothing_is_reported_as_hidden() -> None:
    assert list(missing(LEGS, Parts())) == [
        "This model has no part called legs-oak: the option Legs is hidden."
    ]


def test_a_choice_that_finds_nothing_is_reported_by_its_label() -> None:
    parts = Parts(materials=frozenset({"fabric"}))
    assert list(missing(CLOTH, parts)) == [
        "This model has no part called trim: Cloth “Trim” won't look as it should."
    ]


def test_a_model_with_every_part_has_nothing_to_report() -> None:
    parts = Parts(nodes=frozenset({"trim"}), materials=frozenset({"fabric"}))
    assert list(missing(CLOTH, parts)) == []
