"""Forms that are sent twice do their work once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from flask import Flask, redirect, render_template_string, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update

from storefront.app import assemble
from storefront.stores.columns import from_now
from storefront.web.context import shop
from storefront.web.errors import ShopError
from storefront.web.once import Answer, forget, fresh_key, once
from tests.conftest import Assemble

THREADS = 20


class Workshop:
    """A form that notes each time its work was done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.sent_again = ""
        self._lock = Lock()

    def form(self) -> str:
        return render_template_string("<form method=post>{{ once() }}</form>")

    def send(self) -> ResponseReturnValue:
        name = request.form.get("name", "")
        if name == "crash":
            raise ShopError("No", "It broke.", 409)
        if not name:
            return "name is missing", 422
        with self._lock:
            self.done.append(name)
        return redirect(f"/done/{len(self.done)}", 303)

    def send_to(self, **_: str) -> ResponseReturnValue:
        return self.send()


@pytest.fixture
def assembled() -> Assemble:
    """Applications of their own: the tests add views."""
    return assemble


@pytest.fixture
def workshop(app: Flask) -> Workshop:
    """A form of the application."""
    made = Workshop()
    app.add_url_rule("/form", "form", made.form)
    app.add_url_rule("/form", "send", once("form")(made.send), methods=["POST"])
    app.add_url_rule("/form/<n>", "other", once("form")(made.send_to), methods=["POST"])
    return made


def test_it_does_the_work(workshop: Workshop, client: FlaskClient) -> None:
    answer = client.post("/form", data={"once": fresh_key(), "name": "Ash"})
    assert (answer.status_code, answer.location, workshop.done) == (303, "/done/1", ["Ash"])


def test_a_form_sent_again_leads_to_the_same_place(
    both_databases: str, workshop: Workshop, client: FlaskClient
) -> None:
    form = {"once": fresh_key(), "name": "Ash"}
    places = [client.post("/form", data=form).location for _ in range(3)]
    assert places == ["/done/1"] * 3
    assert len(workshop.done) == 1


def test_forms_of_other_keys_are_done_each(workshop: Workshop, client: FlaskClient) -> None:
    for _ in range(2):
        client.post("/form", data={"once": fresh_key(), "name": "Ash"})
    assert len(workshop.done) == 2


def test_twenty_at_once_do_the_work_once(both_databases: str, workshop: Workshop, app: Flask) -> None:
    form = {"once": fresh_key(), "name": "Ash"}
    with ThreadPoolExecutor(THREADS) as pool:
        sent = [pool.submit(app.test_client().post, "/form", data=form) for _ in range(THREADS)]
        answers = [one.result() for one in sent]
    assert workshop.done == ["Ash"]
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert {answer.location for answer in answers if answer.status_code == 303} == {"/done/1"}


def test_a_form_with_a_mistake_may_be_mended(workshop: Workshop, client: FlaskClient) -> None:
    key = fresh_key()
    assert client.post("/form", data={"once": key, "name": ""}).status_code == 422
    assert client.post("/form", data={"once": key, "name": "Ash"}).location == "/done/1"


def test_a_form_whose_work_failed_may_be_sent_again(workshop: Workshop, client: FlaskClient) -> None:
    key = fresh_key()
    assert client.post("/form", data={"once": key, "name": "crash"}).status_code == 409
    assert client.post("/form", data={"once": key, "name": "Ash"}).location == "/done/1"


def test_a_key_does_not_serve_other_fields(workshop: Workshop, client: FlaskClient) -> None:
    key = fresh_key()
    client.post("/form", data={"once": key, "name": "Ash"})
    assert client.post("/form", data={"once": key, "name": "Elm"}).status_code == 422
    assert workshop.done == ["Ash"]


def test_a_key_does_not_serve_another_address(workshop: Workshop, client: FlaskClient) -> None:
    form = {"once": fresh_key(), "name": "Ash"}
    client.post("/form/1", data=form)
    assert client.post("/form/2", data=form).status_code == 422


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_form_without_its_key_is_refused(workshop: Workshop, client: FlaskClient, key: str) -> None:
    assert client.post("/form", data={"once": key, "name": "Ash"}).status_code == 400
    assert workshop.done == []


def test_one_still_at_work_says_when_to_come_back(workshop: Workshop, client: FlaskClient) -> None:
    form = {"once": fresh_key(), "name": "Ash"}
    client.post("/form", data=form)
    _set_back(location="", until=from_now(30))
    answer = client.post("/form", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "2")


def test_the_work_of_a_killed_process_is_done_by_the_next(
    both_databases: str, workshop: Workshop, client: FlaskClient
) -> None:
    form = {"once": fresh_key(), "name": "Ash"}
    client.post("/form", data=form)
    _set_back(location="", until=from_now(-1))
    assert client.post("/form", data=form).location == "/done/2"


def test_a_visitors_key_is_nothing_to_another(workshop: Workshop, app: Flask) -> None:
    key = fresh_key()
    for _ in range(2):
        visitor = app.test_client()
        assert 'name="once"' in visitor.get("/form").text
        visitor.post("/form", data={"once": key, "name": "Ash"})
    assert len(workshop.done) == 2


def test_old_answers_are_forgotten(both_databases: str, workshop: Workshop, client: FlaskClient) -> None:
    client.post("/form", data={"once": fresh_key(), "name": "Ash"})
    assert forget() == 0
    _set_back(until=from_now(-1))
    assert forget() == 1
    with shop().database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 0


def _set_back(**values: object) -> None:
    with shop().database.transaction() as session:
        session.execute(update(Answer).values(**values))
