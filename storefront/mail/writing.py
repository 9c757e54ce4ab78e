"""Writes a letter out of its templates: subject, text, HTML, and the pictures in it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, cast
from urllib.parse import urljoin

from flask import render_template
from PIL import Image, UnidentifiedImageError

from storefront.mail.models import Letter
from storefront.stores.dynamo import now
from storefront.stores.objects import ObjectMissing, ObjectsAway
from storefront.web import money
from storefront.web.context import shop

OWN_ADDRESS = "http://127.0.0.1:8000/"
"""Where links of a letter lead that knows no better: to the shop that ``make run`` opens."""
PICTURE_SIDE = 320
"""Of a picture in a letter, in pixels: it is shown at most half as large."""
_PAPER = (255, 255, 255)


def write(letter: Letter) -> EmailMessage:
    """The letter as it is sent. Raises jinja2.TemplateError where a template fails.

    Templates read ``details``, ``link(path)``, ``picture(key)`` and ``price(amount)``; the first line of
    the text is the subject. The Message-ID is the row's, so that whoever gets it twice sees it once.
    """
    sender = shop().settings.mail_from
    parts = _Parts(letter.origin, letter.details)
    subject, _, text = render_template(f"mail/{letter.template}.txt", **parts.names).strip().partition("\n")
    html = render_template(f"mail/{letter.template}.html", subject=subject, **parts.names)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"], message["To"] = sender, letter.recipient
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{letter.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.strip() + "\n", cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    parts.attach(message)
    return message


class _Parts:
    """What templates use, and the pictures that they asked for."""

    def __init__(self, origin: str, details: Mapping[str, Any]) -> None:
        self._origin = origin or shop().settings.public_url or OWN_ADDRESS
        self._details = details
        self._pictures: dict[str, bytes] = {}

    @property
    def names(self) -> dict[str, Any]:
        return {
            "details": self._details,
            "link": self._link,
            "picture": self._picture,
            "price": self._price,
        }

    def attach(self, message: EmailMessage) -> None:
        """Put the pictures beside the HTML."""
        _, html = cast("list[EmailMessage]", message.get_payload())
        for key, data in self._pictures.items():
            html.add_related(data, "image", "jpeg", cid=f"<{_cid(key)}>", disposition="inline")

    def _link(self, path: str) -> str:
        """The whole address of a path of the shop."""
        return urljoin(self._origin, path)

    def _picture(self, key: str) -> str:
        """The address of an object's picture, which travels with the letter; empty where there is none."""
        if key and key not in self._pictures:
            try:
                self._pictures[key] = _jpeg(key)
            except (ObjectMissing, ObjectsAway, UnidentifiedImageError):
                return ""  # a letter without its picture is better than none
        return f"cid:{_cid(key)}" if key else ""

    def _price(self, amount: int) -> str:
        """Minor units of ``details.currency``, or else of the shop's."""
        return money.text(amount, self._details.get("currency") or shop().settings.currency)


def _cid(key: str) -> str:
    return f"{key.replace('/', '.')}@pictures"


def _jpeg(key: str) -> bytes:
    """The picture as JPEG, which every mail program shows, on white, at most ``PICTURE_SIDE`` pixels wide."""
    body = shop().objects.open_range(key)
    with body.stream as stream, Image.open(io.BytesIO(stream.read())) as image:
        image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        shown = image.convert("RGBA")
    paper = Image.new("RGB", shown.size, _PAPER)
    paper.paste(shown, mask=shown.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
