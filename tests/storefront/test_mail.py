"""Letters are posted with what they tell of, and written: subject, text, HTML and pictures."""

from __future__ import annotations

import email
import io
from dataclasses import replace
from email import policy

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from storefront import mail
from storefront.mail import relay
from storefront.mail.writing import write
from storefront.settings import Settings
from storefront.web.context import shop
from tests.storefront.offices import LINE, Office, html_of, letter, letters, on_both, post, text_of

__all__ = ["letters", "on_both"]


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
