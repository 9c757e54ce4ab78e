"""The public pages: what they show, what they refuse, and that they are equal for all."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.registry import Registry
from storefront.web.pages import static_url
from tests.conftest import publish_snapshot
from tests.storefront.chairs import seats_only, stock

PUBLIC = (
    "/",
    "/delivery",
    "/c/chair",
    "/c/seats?wood=oak",
    "/search?q=fjord",
    "/p/fjord",
    "/p/fjord?fabric=moss",
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of a shop with three chairs."""
    stock(app)
    publish_snapshot(app)
    return client


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_it_works(shopper: FlaskClient) -> None:
    page = shopper.get("/")
    assert page.status_code == 200
    assert "Strand" in page.text


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_equal_for_all(shopper: FlaskClient, calls: list[str], address: str) -> None:
    response = shopper.get(address)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.headers["Cache-Control"].startswith("public")
    assert calls == []


@pytest.mark.parametrize("address", [*PUBLIC, "/cart", "/nowhere"])
def test_a_page_has_no_inline_script_or_style(shopper: FlaskClient, address: str) -> None:
    page = shopper.get(address).text
    scripts = re.findall(r"<script[^>]*>", page)
    assert all(" src=" in tag or "application/ld+json" in tag for tag in scripts)
    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style", page)


@pytest.mark.parametrize("address", ["/p/throne", "/c/nowhere", "/nowhere"])
def test_what_is_not_there_is_explained(shopper: FlaskClient, address: str) -> None:
    response = shopper.get(address)
    assert response.status_code == 404
    assert "Nothing stands here" in response.text


def test_a_filter_narrows_and_its_chip_takes_it_away(shopper: FlaskClient) -> None:
    page = shopper.get("/c/chair?wood=oak").text
    assert "2 pieces" in text_of(page)
    assert 'href="/c/chair"><span class="hide">Without the filter</span> Wood: Oak' in page


def test_a_search_without_result_helps_on(shopper: FlaskClient) -> None:
    page = shopper.get("/search?q=zeppelin").text
    assert "No matches for that" in page
    assert 'href="/c/seats"' in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=99999999999", "page=x", "sort=evil", "q=%22*(", "q=%00%ff"]
)
def test_a_query_that_makes_no_sense_is_forgiven(shopper: FlaskClient, query: str) -> None:
    assert shopper.get(f"/search?{query}").status_code == 200


@pytest.mark.parametrize("query", ["utm_source=letter", "&".join(f"k{n}=1" for n in range(1100))])
def test_what_others_add_to_an_address_hides_nothing(shopper: FlaskClient, query: str) -> None:
    assert "2 pieces" in text_of(shopper.get(f"/c/chair?wood=oak&{query}").text)


def test_the_text_of_a_search_is_escaped(shopper: FlaskClient) -> None:
    assert "<script>alert" not in shopper.get("/search?q=%3Cscript%3Ealert(1)").text


def test_the_address_is_the_configuration(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?fabric=moss&width=70").text
    assert 'value="moss" checked' in page
    assert "€470" in page


def test_the_breakdown_says_what_costs(shopper: FlaskClient) -> None:
    page = text_of(shopper.get("/p/fjord?fabric=moss&plate=ANNA").text)
    assert "Fabric: Moss +€40" in page
    assert "Name plate: “ANNA” +€6" in page


def test_a_blocked_choice_says_why_and_leads_out(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?legs=steel").text
    assert "Velvet is only made on oak." in page
    assert 'href="/p/fjord?fabric=velvet"' in page


def test_a_forbidden_combination_is_kept_and_can_not_be_bought(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?legs=steel&fabric=velvet").text
    assert 'value="velvet" checked' in page
    assert 'value="steel" checked' in page
    assert re.search(r'<button[^>]* class="button primary"[^>]* disabled', page)


def test_a_value_that_can_not_be_used_is_explained(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?width=61").text
    assert "Width: a whole number from 60 to 90 cm, in steps of 5." in page


def test_the_canonical_address_is_the_bare_product(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?fabric=moss").text
    assert '<link rel="canonical" href="http://localhost/p/fjord">' in page


def test_a_form_without_javascript_ends_on_the_tidy_address(shopper: FlaskClient) -> None:
    response = shopper.get("/p/fjord?product=fjord&fabric=moss&legs=oak&width=60&plate=&quantity=1")
    assert (response.status_code, response.headers["Location"]) == (303, "/p/fjord?fabric=moss")


def test_the_fragment_tells_the_viewer_and_the_address_bar(shopper: FlaskClient) -> None:
    seen = {"HX-Current-URL": "http://localhost/p/fjord"}
    response = shopper.get("/p/fjord/configuration?fabric=moss&legs=oak", headers=seen)
    assert response.headers["HX-Push-Url"] == "/p/fjord?fabric=moss"
    event = json.loads(response.headers["HX-Trigger"])["configured"]
    assert event["announce"] == "Fabric: Moss, +€40. Total €440."
    assert "<html" not in response.text


def test_the_fragment_does_not_repeat_an_address(shopper: FlaskClient) -> None:
    seen = {"HX-Current-URL": "http://localhost/p/fjord?fabric=moss"}
    response = shopper.get("/p/fjord/configuration?fabric=moss", headers=seen)
    assert "HX-Push-Url" not in response.headers


@pytest.mark.parametrize(
    "seen", ["http://[", "http://shop//[?fabric=moss", "\\", "http://shop/p/fjord?%ff=%00"]
)
def test_an_odd_address_before_does_no_harm(shopper: FlaskClient, seen: str) -> None:
    response = shopper.get("/p/fjord/configuration?fabric=moss", headers={"HX-Current-URL": seen})
    assert response.status_code == 200


def test_a_line_that_is_edited_stays_in_the_address(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?fabric=moss&line=fjord.0123").text
    assert '<input type="hidden" name="line" value="fjord.0123">' in page
    assert "Update the cart" in page


def test_only_the_very_file_of_an_address_is_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = static_url("css/shop.css")
    with client.get(address) as right, client.get(address + "0") as wrong:
        assert "immutable" in right.headers["Cache-Control"]
        assert "immutable" not in wrong.headers["Cache-Control"]


# --- finding --------------------------------------------------------------------------------------


def test_a_misspelt_search_says_what_was_meant(shopper: FlaskClient) -> None:
    page = shopper.get("/search?q=fjrod").text
    assert 'Did you mean <a class="meant" href="/search?q=fjord">fjord</a>?' in page


def test_what_is_like_nothing_gets_no_other_word(shopper: FlaskClient) -> None:
    assert "Did you mean" not in shopper.get("/search?q=zeppelin").text


def test_search_engines_find_all_that_is_sold(shopper: FlaskClient) -> None:
    robots = shopper.get("/robots.txt").text
    assert "Disallow: /checkout" in robots
    address = robots.split("Sitemap: ")[1].strip()
    assert address.endswith("/sitemap.xml")
    assert "/p/fjord</loc>" in shopper.get("/sitemap.xml").text


# --- the way to a telephone -----------------------------------------------------------------------


def test_a_configuration_leads_to_a_telephone(shopper: FlaskClient) -> None:
    code = shopper.get("/p/fjord/phone.svg?fabric=moss")
    assert code.mimetype == "image/svg+xml"
    assert "public" in code.headers["Cache-Control"]
    assert code.data != shopper.get("/p/fjord/phone.svg").data
