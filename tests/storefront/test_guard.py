"""The guard: other sites' forms are refused, and every answer forbids what we don't use."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.app import assemble
from storefront.web import guard
from tests.conftest import Assemble


@pytest.fixture
def assembled() -> Assemble:
    """Applications of their own: the tests add views."""
    return assemble


@pytest.fixture
def poster(app: Flask) -> FlaskClient:
    app.add_url_rule("/t/post", view_func=lambda: "posted", methods=["POST"], endpoint="t-post")
    return app.test_client()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({}, 200),
    ],
)
def test_a_post_is_judged_by_where_it_comes_from(
    poster: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert poster.post("/t/post", headers=headers).status_code == status


def test_the_refusal_is_a_page_that_explains(poster: FlaskClient) -> None:
    page = poster.post("/t/post", headers={"Sec-Fetch-Site": "cross-site"}).text
    assert "This came from another site" in page


def test_the_policy_allows_no_inline_script_or_style(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "header", ["X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "X-Request-Id"]
)
def test_every_answer_carries_its_headers(client: FlaskClient, header: str) -> None:
    assert header in client.get("/nowhere").headers


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "Nothing stands here" in response.text


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    response = client.delete("/cart")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_megabytes_is_refused(client: FlaskClient, kind: str) -> None:
    response = client.post("/cart/lines", data=b"x" * (2 << 20), content_type=kind)
    assert response.status_code == 413
    assert "too large" in response.text


def test_a_marked_view_takes_posts_from_anywhere(app: Flask) -> None:
    view = guard.from_anywhere(lambda: "posted")
    app.add_url_rule("/t/open", view_func=view, methods=["POST"], endpoint="t-open")
    answer = app.test_client().post("/t/open", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


def test_forms_may_lead_to_the_payment_pages_alone() -> None:
    policy = guard.content_policy("/assets", "", "https://checkout.stripe.com")
    assert "form-action 'self' https://checkout.stripe.com;" in policy
