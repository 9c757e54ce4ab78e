"""Sessions: lazy, conditional, rotated, and dead when their time is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from storefront.app import assemble
from storefront.stores.dynamo import now
from storefront.web.sessions import SessionItem, rotate
from tests.conftest import Assemble
from tests.storefront.people import cookie, tab


@pytest.fixture
def assembled() -> Assemble:
    """Applications of their own: the tests add views."""
    return assemble


@pytest.fixture
def visits(app: Flask) -> Flask:
    """Views that touch the session in every way."""
    views = {
        "set/<key>": lambda key: session.__setitem__(key, key) or "set",
        "keys": lambda: ",".join(sorted(session)),
        "rotate": lambda: rotate() or "rotated",
        "clear": lambda: session.clear() or "cleared",
        "none": lambda: "none",
    }
    for rule, view in views.items():
        app.add_url_rule(f"/t/{rule}", view_func=view, endpoint=f"t-{rule}")
    return app


def test_it_keeps_a_value(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    assert client.get("/t/keys").text == "a"


def test_a_page_without_session_reads_none(visits: Flask, client: FlaskClient, calls: list[str]) -> None:
    client.get("/t/set/a")
    calls.clear()
    response = client.get("/t/none")
    assert calls == []
    assert "Cookie" not in response.headers.get("Vary", "")


def test_reading_writes_nothing_and_sends_no_cookie(
    visits: Flask, client: FlaskClient, calls: list[str]
) -> None:
    client.get("/t/set/a")
    calls.clear()
    assert "Set-Cookie" not in client.get("/t/keys").headers
    assert calls == ["GetItem"]


def test_sixteen_requests_at_once_keep_all_sixteen_keys(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/first")

    def visit(number: int) -> None:
        tab(client).get(f"/t/set/k{number:02}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(visit, range(16)))
    assert client.get("/t/keys").text.split(",") == ["first", *(f"k{n:02}" for n in range(16))]


def test_rotation_gives_a_new_id_and_keeps_the_values(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    before = cookie(client)
    client.get("/t/rotate")
    assert cookie(client) != before
    assert client.get("/t/keys").text == "a"


def test_the_id_before_a_rotation_opens_nothing(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    before = cookie(client)
    client.get("/t/rotate")
    thief = visits.test_client()
    thief.set_cookie("session", before)
    assert thief.get("/t/keys").text == ""


def test_an_id_that_nobody_issued_is_not_adopted(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    forged = visits.session_interface._signer.sign("chosen-by-the-attacker").decode()
    client.set_cookie("session", forged)
    client.get("/t/set/b")
    assert "chosen-by-the-attacker" not in cookie(client)


def test_an_expired_session_is_empty_although_the_table_holds_it(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    item = next(iter(SessionItem.scan()))
    item.update(actions=[SessionItem.expires_at.set(now() - timedelta(seconds=1))])
    assert client.get("/t/keys").text == ""


def test_a_session_ended_meanwhile_is_not_brought_back(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    with visits.test_request_context("/", headers={"Cookie": f"session={cookie(client)}"}):
        session["late"] = 1
        for item in SessionItem.scan():
            item.delete()
        visits.session_interface.save_session(visits, session, visits.make_response(""))
    assert list(SessionItem.scan()) == []


def test_clearing_removes_the_keys(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    client.get("/t/clear")
    assert client.get("/t/keys").text == ""


def test_the_table_holds_no_id_that_a_cookie_shows(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    token = cookie(client).rpartition(".")[0]
    assert all(token not in item.id for item in SessionItem.scan())


def test_leaving_with_an_old_and_empty_session_is_fine(visits: Flask, client: FlaskClient) -> None:
    client.get("/t/set/a")
    client.get("/t/clear")
    for item in SessionItem.scan():
        item.update(actions=[SessionItem.expires_at.set(now() + timedelta(days=1))])
    assert client.get("/t/rotate").status_code == 200
    assert client.get("/t/keys").text == ""


def test_a_session_that_can_not_be_saved_is_told_like_any_store_that_is_away(
    visits: Flask, client: FlaskClient
) -> None:
    visits.testing = False  # as in production, where an error becomes a page
    visits.add_url_rule("/t/huge", view_func=lambda: session.__setitem__("a", "x" * 500_000) or "set")
    response = client.get("/t/huge")
    assert response.status_code == 503
    assert "Retry-After" in response.headers
