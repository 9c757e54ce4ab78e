"""Looks: made for what somebody means, found by everybody, and never in the way of selling."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts import throttle
from storefront.assets import jobs
from storefront.assets import pictures as asset_pictures
from storefront.assets.models import WAITING, Job
from storefront.looks import operations
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.objects import open_objects
from storefront.web import context
from storefront.web.context import shop
from tests.storefront.looking import BASE, finish, lights_only, stock, store

MOSS = {"product": "lamp", "shade": "moss", "quantity": "1", "total": "9000"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Lamps only."""
    return lights_only()


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of the shop with one lamp."""
    stock(app)
    return client


def asked() -> list[Job]:
    return [job for job in Job.scan() if job.kind == "configuration"]


def key() -> str:
    (job,) = asked()
    return str(job.subject.rpartition("/")[2])


def test_adding_to_the_cart_has_the_look_made(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    (job,) = asked()
    assert job.subject == f"{BASE}configurations/{key()}"
    assert [effect["material"]["color"] for effect in job.details["effects"]] == ["#5d6b4a"]


def test_equal_looks_are_made_once(shopper: FlaskClient, app: Flask) -> None:
    shopper.post("/cart/lines", data={**MOSS, "plate": "ANNA"})
    app.test_client().post("/cart/lines", data={**MOSS, "plate": "BOB"})
    assert len(asked()) == 1


def test_as_it_comes_a_product_looks_like_its_poster(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data={**MOSS, "shade": "white"})
    assert asked() == []
    assert BASE + "poster/b.avif" in shopper.get("/cart").text


@pytest.mark.parametrize(
    "path", ["/p/lamp?shade=moss", "/p/lamp/configuration?shade=moss", "/p/lamp/room?shade=moss"]
)
def test_following_links_has_nothing_made(shopper: FlaskClient, path: str) -> None:
    assert shopper.get(path).status_code == 200
    assert asked() == []


def test_the_cart_shows_the_poster_until_the_look_is_made(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    page = shopper.get("/cart").text
    assert BASE + "poster/b.avif" in page
    assert 'hx-trigger="load delay:2s"' in page


def test_the_cart_shows_the_look_once_it_is_made(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    finish(key())
    page = shopper.get("/cart").text
    assert f"{BASE}configurations/{key()}/b.avif" in page
    assert "load delay" not in page


def test_the_piece_with_the_picture_stops_asking_once_it_is_there(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    waiting = shopper.get("/cart").text.partition('hx-get="/cart/lines/')[2].partition('"')[0]
    assert "hx-get" in shopper.get(f"/cart/lines/{waiting}").text
    finish(key())
    assert "hx-get" not in shopper.get(f"/cart/lines/{waiting}").text


def test_pictures_on_white_are_not_shown_in_the_cart(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    finish(key())
    assert ".jpg" not in shopper.get("/cart").text


def test_a_look_that_was_cleaned_up_is_made_again(shopper: FlaskClient) -> None:
    shopper.post("/cart/lines", data=MOSS)
    claim = jobs.claim_next("one")
    assert claim
    jobs.complete(claim)
    shopper.post("/p/lamp/room", data={"shade": "moss"})
    (job,) = asked()
    assert (job.state, job.details) == (WAITING, claim.details)


def test_a_turntable_that_was_cleaned_up_is_made_again(app: Flask) -> None:
    asset_pictures.request_turntable(BASE)
    claim = jobs.claim_next("one")
    assert claim
    jobs.complete(claim)
    asset_pictures.request_turntable(BASE)
    assert jobs.claim_next("one")


def test_a_visitor_can_have_so_many_looks_made_in_an_hour(
    shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shopper.session_transaction() as session:
        session[operations.ASKED] = (9e12, operations.MOST)
    shopper.post("/cart/lines", data=MOSS)
    assert asked() == []
    assert "Lamp" in shopper.get("/cart").text


def test_visitors_without_cookies_have_no_more_made_than_their_network_may(shopper: FlaskClient) -> None:
    for _ in range(throttle.LOOKS["address"].most):
        throttle.count("look", throttle.LOOKS, "", "127.0.0.1")
    assert shopper.application.test_client().post("/cart/lines", data=MOSS).status_code == 303
    assert asked() == []


def test_nothing_is_asked_for_while_too_many_wait(shopper: FlaskClient) -> None:
    for number in range(asset_pictures.LONGEST_QUEUE):
        jobs.request("configuration", f"other/{number}", {}, f"owner-{number}")
    said = shopper.post("/p/lamp/room", data={"shade": "moss"}, headers=HTMX).text
    assert "Try again in a few minutes" in said
    assert len(asked()) == asset_pictures.LONGEST_QUEUE


def test_as_it_comes_a_product_can_be_stood_in_a_room_at_once(shopper: FlaskClient) -> None:
    page = shopper.get("/p/lamp").text
    assert f'rel="ar" href="/assets/{BASE}usdz/x.usdz#allowsContentScaling=0"' in page
    assert f"file=http%3A%2F%2Flocalhost%2Fassets%2F{BASE.replace('/', '%2F')}plain%2Fx.glb" in page


def test_a_configuration_is_made_ready_for_the_room_on_request(shopper: FlaskClient) -> None:
    said = shopper.post("/p/lamp/room", data={"shade": "moss"}, headers=HTMX).text
    assert 'hx-get="/p/lamp/room?shade=moss"' in said
    finish(key())
    ready = shopper.get("/p/lamp/room?shade=moss").text
    assert f"/assets/{BASE}configurations/{key()}/m.usdz#" in ready
    assert "m.glb" in ready


def test_without_htmx_the_request_leads_back_to_the_product(shopper: FlaskClient) -> None:
    response = shopper.post("/p/lamp/room", data={"shade": "moss"})
    assert (response.status_code, response.location) == (303, "/p/lamp?shade=moss")


def test_a_room_of_nothing_is_not_found(shopper: FlaskClient) -> None:
    assert shopper.get("/p/chair/room").status_code == 404


def test_a_turntable_that_isnt_made_is_no_content(shopper: FlaskClient) -> None:
    response = shopper.get("/p/lamp/turntable.json")
    assert (response.status_code, response.headers["Cache-Control"]) == (204, "no-store")


def test_a_turntable_lists_the_addresses_of_its_frames(shopper: FlaskClient) -> None:
    told = {"type": "image/avif", "paths": ["turntable/00.avif", "turntable/01.avif"]}
    store("turntable.json", {"frames": 2, "width": 480, "height": 480, "images": [told]})
    found = shopper.get("/p/lamp/turntable.json")
    assert found.json == {
        "width": 480,
        "height": 480,
        "images": [{"type": "image/avif", "urls": [f"/assets/{BASE}turntable/0{i}.avif" for i in (0, 1)]}],
    }
    assert "public" in found.headers["Cache-Control"]


def test_links_to_a_product_show_its_picture_on_white(shopper: FlaskClient) -> None:
    page = shopper.get("/p/lamp").text
    assert f'<meta property="og:image" content="http://localhost/assets/{BASE}poster/c.jpg">' in page


@pytest.mark.slow
def test_with_the_objects_away_the_cart_sells_on(
    app: Flask, shopper: FlaskClient, settings: Settings
) -> None:
    away = replace(settings, objects_url="s3://nowhere", objects_endpoint="http://127.0.0.1:9")
    context.attach(app, replace(shop(), objects=open_objects(away)))
    assert shopper.post("/cart/lines", data=MOSS).status_code == 303
    page = shopper.get("/cart")
    assert (page.status_code, BASE + "poster/b.avif" in page.text) == (200, True)
    assert shopper.get("/p/lamp/turntable.json").status_code == 204
