"""The merchant's page of renders: everything is seen, and can be stopped or tried again."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from storefront.accounts.operations import find_user
from storefront.assets import jobs
from storefront.assets import operations as assets
from storefront.assets.models import CANCELLED, QUEUED, RUNNING, Asset, Job, change_job
from storefront.assets.pictures import request_turntable
from storefront.catalog.models import Product
from tests.storefront.desks import draft, kind, merchant
from tests.storefront.people import MONA

__all__ = ["draft", "kind", "merchant"]

PAGE = "/merchant/renders"


@pytest.fixture
def upload(merchant: FlaskClient, draft: Product) -> Asset:
    """A model that waits to be rendered."""
    merchant.post("/merchant/products/thing/model", data={"model": (io.BytesIO(b"a model"), "thing.glb")})
    return assets.history("thing")[0]


def test_an_upload_is_its_merchant_s(upload: Asset) -> None:
    person = find_user(MONA)
    job = assets.job_of(upload)
    assert person
    assert job
    assert (upload.owner, job.owner) == (person.id, person.id)


def test_what_waits_runs_and_failed_is_shown(merchant: FlaskClient, upload: Asset) -> None:
    assert "Waiting</h2>" in merchant.get(PAGE).text
    claim = jobs.claim_next("one")
    assert claim
    jobs.renew(claim, "poster", 60)
    running = merchant.get(PAGE).text
    assert "Running</h2>" in running
    assert "60 %" in running
    jobs.fail(claim, "It has no surface.", "no triangles in thing.glb")
    failed = merchant.get(PAGE).text
    assert "It has no surface." in failed
    assert "no triangles in thing.glb" in failed
    assert "load delay" not in failed


def test_goods_that_only_wait_are_not_called_rendering(merchant: FlaskClient, upload: Asset) -> None:
    waits = merchant.get("/merchant").text
    assert ">Waiting</span>" in waits
    assert "Rendering" not in waits
    claim = jobs.claim_next("one")
    assert claim
    jobs.renew(claim, "poster", 60)
    assert ">Rendering, 60 %</span>" in merchant.get("/merchant").text


def test_an_upload_that_waits_says_what_is_before_it(merchant: FlaskClient, upload: Asset) -> None:
    page = "/merchant/products/thing"
    waits = merchant.get(page).text
    assert "Waiting, next in line" in waits
    assert 'aria-label="Rendering"' not in waits
    jobs.request("configuration", "renditions/x/", owner="shoppers")
    assert "Waiting, with 1 before it" in merchant.get(page).text
    assert jobs.claim_next("one")
    claim = jobs.claim_next("two")
    assert claim
    assert 'aria-label="Rendering"' in merchant.get(page).text
    jobs.crash(claim, "exit status -9")
    assert "Waiting to be tried again" in merchant.get(page).text


def test_renders_are_called_by_their_product(merchant: FlaskClient, upload: Asset) -> None:
    request_turntable("renditions/x/", product="thing")
    request_turntable("renditions/y/", product="gone")
    page = merchant.get(PAGE).text
    assert page.count('<a href="/merchant/products/thing">Thing</a>') == 2
    assert '<span class="filename">thing.glb</span>' in page
    assert 'aria-label="Cancel: Turntable of Thing"' in page
    assert "<strong>Turntable</strong>" in page
    assert "/merchant/products/gone" not in page


def test_what_another_region_renders_has_no_button(merchant: FlaskClient, upload: Asset) -> None:
    claim = jobs.claim_next("one")
    assert claim
    assert change_job(claim.job_id, Job.state == RUNNING, Job.region.set("eu-central-1"))
    page = merchant.get(PAGE).text
    assert "in eu-central-1" in page
    assert "/merchant/renders/cancel" not in page
    late = merchant.post(PAGE + "/cancel", data={"job": claim.job_id})
    assert (late.status_code, "It is rendered in eu-central-1" in late.text) == (409, True)


def test_the_machine_s_words_stand_behind_ours(merchant: FlaskClient, upload: Asset) -> None:
    claim = jobs.claim_next("one")
    assert claim
    jobs.fail(claim, "The file is damaged.", "Accessor 0 ends at byte 52.")
    page = merchant.get("/merchant/products/thing").text
    assert "</strong> The file is damaged.</p>" in page
    assert "In detail: Accessor 0 ends at byte 52." in page


def test_the_progress_has_a_button_that_stops_it(merchant: FlaskClient, upload: Asset) -> None:
    button = f"/merchant/uploads/{upload.asset_id}/cancel"
    assert button in merchant.get("/merchant/products/thing").text
    merchant.post(button)
    assert assets.find(upload.asset_id).state == CANCELLED
    assert "You cancelled this upload" in merchant.get("/merchant/products/thing").text


def test_a_cancelled_render_is_tried_again(merchant: FlaskClient, upload: Asset) -> None:
    job = {"job": f"model:{upload.asset_id}"}
    merchant.post(PAGE + "/cancel", data=job)
    assert "Cancelled</h2>" in merchant.get(PAGE).text
    assert merchant.post(PAGE + "/retry", data=job).status_code == 303
    assert assets.find(upload.asset_id).state == QUEUED


def test_a_button_that_comes_too_late_says_so(merchant: FlaskClient, upload: Asset) -> None:
    response = merchant.post(PAGE + "/retry", data={"job": f"model:{upload.asset_id}"})
    assert response.status_code == 409
    assert "over already" in response.text


def test_shoppers_see_no_renders(client: FlaskClient) -> None:
    assert client.get(PAGE).status_code == 303
    assert client.post(PAGE + "/cancel", data={"job": "model:x"}).status_code == 303
