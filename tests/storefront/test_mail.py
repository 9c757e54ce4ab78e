"""Letters: written with what they tell of, sent at least once, under one Message-ID."""

from __future__ import annotations

import email
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Lock

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront import mail
from storefront.mail import personal, relay
from storefront.mail.models import Letter
from storefront.mail.writing import write
from storefront.settings import Settings
from storefront.stores.columns import from_now
from storefront.stores.mailers import FolderMailer, MailAway, MailRefused, Send
from storefront.web.context import shop

TEMPLATES = {
    "mail/hello.txt": "Hello {{ details.name }}\n\nLook: {{ link('/cart?a=1') }}\n",
    "mail/hello.html": """{% extends "mail/base.html" %}{% block main %}
        {% call parts.text() %}Hello {{ details.name }}{% endcall %}
        {{ parts.button(link('/cart?a=1'), "Look") }}{% endblock %}""",
    "mail/bought.txt": """Bought\n{% import "mail/parts.txt" as parts with context %}
        {{ parts.lines(details.lines) }}""",
    "mail/bought.html": """{% extends "mail/base.html" %}{% block main %}
        {{ parts.lines(details.lines) }}{% endblock %}""",
    "mail/broken.txt": "Broken {{ details.missing }}",
    "mail/broken.html": "",
}
LINE = {"title": "Sofa", "chosen": [["Fabric", "Moss"]], "units": 2, "unit_price": 129900}


class Office:
    """A mailer that keeps what it is given, or says why it doesn't."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.taken: list[EmailMessage] = []
        self.trouble = trouble
        self._lock = Lock()

    @contextmanager
    def session(self) -> Iterator[Send]:
        yield self._send

    def _send(self, message: EmailMessage) -> None:
        if self.trouble:
            raise self.trouble
        with self._lock:
            self.taken.append(message)


@pytest.fixture
def letters(app: Flask) -> Flask:
    """The application with some templates for letters."""
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader])
    return app


@pytest.fixture
def on_both(both_databases: str, letters: Flask) -> Flask:
    """The same on SQLite, then on PostgreSQL."""
    return letters


def post(key: str = "1", template: str = "hello", **details: object) -> bool:
    with shop().database.transaction() as session:
        return mail.post(session, template, key, "ash@example.com", {"name": "Ash", **details})


def letter() -> Letter:
    with shop().database.transaction() as session:
        return session.scalars(select(Letter)).one()


def set_back(**values: object) -> None:
    with shop().database.transaction() as session:
        session.execute(update(Letter).values(**values))


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


# --- posting --------------------------------------------------------------------------------------


def test_it_is_sent(on_both: Flask) -> None:
    post()
    office = Office()
    assert relay.send_due(office) == 1
    assert (office.taken[0]["To"], office.taken[0]["Subject"]) == ("ash@example.com", "Hello Ash")


def test_a_letter_goes_with_its_transaction(letters: Flask) -> None:
    def posted_and_undone(session: Session) -> None:
        mail.post(session, "hello", "1", "ash@example.com", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shop().database.unit(posted_and_undone)
    assert relay.send_due(Office()) == 0


def test_what_was_told_is_not_told_again(on_both: Flask) -> None:
    assert [post("1"), post("1"), post("2")] == [True, False, True]
    assert relay.send_due(Office()) == 2


def test_a_letter_of_a_request_leads_back_to_where_it_came_from(letters: Flask) -> None:
    with letters.test_request_context(base_url="http://shop.example.com/"):
        post()
    assert "http://shop.example.com/cart?a=1" in text_of(write(letter()))


def test_the_address_of_the_settings_comes_first(settings: Settings, letters: Flask) -> None:
    parts = letters.extensions["shop"]
    public = replace(parts.settings, public_url="https://shop.example.com")
    letters.extensions["shop"] = replace(parts, settings=public)
    with letters.test_request_context(base_url="http://evil.example.com/"):
        post()
    assert 'href="https://shop.example.com/cart?a=1"' in html_of(write(letter()))


# --- writing --------------------------------------------------------------------------------------


def test_text_and_html_say_the_same(letters: Flask) -> None:
    post(name="Ash & Elm")
    message = write(letter())
    assert "Ash &amp; Elm" in html_of(message)
    assert message["Subject"] == "Hello Ash & Elm"


def test_the_message_id_is_the_rows(letters: Flask) -> None:
    post()
    assert write(letter())["Message-ID"] == f"<{letter().id}@example.com>"


def test_no_detail_makes_a_header(letters: Flask) -> None:
    post(name="Ash\r\nBcc: elm@example.com")
    message = write(letter())
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Ash"


def test_pictures_travel_as_jpeg(letters: Flask) -> None:
    picture = io.BytesIO()
    Image.new("RGBA", (640, 480), (200, 30, 30, 128)).save(picture, "WEBP")
    picture.seek(0)
    shop().objects.put_stream("renders/sofa.webp", picture, "image/webp")
    post(template="bought", lines=[{**LINE, "picture": "renders/sofa.webp"}])
    message = email.message_from_bytes(write(letter()).as_bytes(), policy=policy.default)
    shown = next(part for part in message.walk() if part.get_content_type() == "image/jpeg")
    assert f"cid:{shown['Content-ID'].strip('<>')}" in html_of(message)
    with Image.open(io.BytesIO(shown.get_content())) as image:
        assert image.size == (320, 240)


def test_a_missing_picture_is_left_out(letters: Flask) -> None:
    post(template="bought", lines=[{**LINE, "picture": "renders/none.webp"}])
    assert "<img" not in html_of(write(letter()))


def test_prices_are_in_the_currency_of_the_order(letters: Flask) -> None:
    post(template="bought", currency="USD", lines=[{**LINE, "picture": ""}])
    assert "$2,598" in text_of(write(letter()))


# --- sending --------------------------------------------------------------------------------------


def test_it_is_sent_once(letters: Flask) -> None:
    post()
    assert [relay.send_due(Office()) for _ in range(2)] == [1, 0]


def test_relays_at_the_same_time_share_the_work(on_both: Flask) -> None:
    for key in range(24):
        post(str(key))
    office = Office()

    def round_of() -> int:
        with on_both.app_context():
            return relay.send_due(office)

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(round_of) for _ in range(4)]
        assert sum(one.result() for one in sent) == 24
    assert len({message["Message-ID"] for message in office.taken}) == len(office.taken) == 24


def test_one_that_died_leaves_its_letter_to_the_next(on_both: Flask) -> None:
    post()
    shop().database.unit(relay._claim)
    assert relay.send_due(Office()) == 0
    set_back(next_try=from_now(-1))
    assert relay.send_due(Office()) == 1


def test_a_second_copy_has_the_same_message_id(letters: Flask) -> None:
    post()
    office = Office()
    for _ in range(2):
        relay.send_due(office)
        set_back(sent_at=None, next_try=from_now(-1))
    assert office.taken[0]["Message-ID"] == office.taken[1]["Message-ID"]


def test_a_server_that_is_away_is_asked_later(letters: Flask) -> None:
    post()
    assert relay.send_due(Office(MailAway("no answer"))) == 0
    waiting = letter()
    assert waiting.error == "MailAway: no answer"
    assert waiting.next_try is not None
    set_back(next_try=from_now(-1))
    assert relay.send_due(Office()) == 1
    assert letter().error == ""


def test_a_refused_letter_is_given_up(letters: Flask) -> None:
    post()
    relay.send_due(Office(MailRefused("550 nobody here")))
    assert letter().next_try is None
    with shop().database.transaction() as session:
        assert relay.given_up(session) == 1


def test_a_letter_is_given_up_after_many_tries(letters: Flask) -> None:
    post()
    set_back(tries=relay.MOST_TRIES - 1)
    relay.send_due(Office(MailAway("no answer")))
    assert letter().next_try is None


def test_a_letter_that_cannot_be_written_costs_itself(letters: Flask) -> None:
    post("1", template="broken")
    post("2")
    assert relay.send_due(Office()) == 1


def test_a_folder_keeps_one_file_a_letter(letters: Flask, tmp_path: Path) -> None:
    post()
    for _ in range(2):
        relay.send_due(FolderMailer(tmp_path / "mail"))
        set_back(sent_at=None, next_try=from_now(-1))
    [path] = (tmp_path / "mail").iterdir()
    kept = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (path.suffix, kept["Subject"]) == (".eml", "Hello Ash")


def test_what_a_letter_told_is_forgotten_after_a_month(on_both: Flask) -> None:
    post()
    relay.send_due(Office())
    relay.forget()
    assert letter().recipient == "ash@example.com"
    set_back(sent_at=from_now(-relay.KEPT_SECONDS - 1))
    relay.forget()
    assert (letter().recipient, letter().details) == ("", {})
    assert not post()


@dataclass(frozen=True)
class Ash:
    email: str = "ash@example.com"


def test_a_person_sees_which_letters_were_posted(letters: Flask) -> None:
    post()
    [told] = personal.export_personal(Ash())["letters"]
    assert (told["about"], told["to"]) == ("hello", "ash@example.com")


def test_what_was_sent_to_a_person_can_be_taken_away(letters: Flask) -> None:
    post("1")
    relay.send_due(Office())
    post("2")
    personal.erase_personal(Ash())
    assert relay.send_due(Office()) == 1
    personal.erase_personal(Ash())
    assert personal.export_personal(Ash()) == {"letters": []}
