"""What shoppers do on the way from a product to a paid order."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from storefront.mail.relay import send_due
from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stores.mailers import open_mailer
from storefront.web.context import shop


def into_the_cart(page: Page, path: str = "/p/fjord?fabric=moss") -> None:
    page.goto(path)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("is in your cart").or_(page.locator(".lines")).first).to_be_visible()


def to_checkout(page: Page) -> None:
    page.goto("/cart")
    page.get_by_role("button", name="Go to checkout").click()
    expect(page).to_have_url(re.compile("/checkout/contact$"))


def say_who(page: Page, email: str = "ash@example.com") -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Continue to address").click()


def say_where(page: Page) -> None:
    page.get_by_label("Country").select_option("DE")
    # Another country has other fields: with scripts they come by themselves, without they may be asked for.
    if not page.get_by_role("button", name="Use this country").is_visible():
        expect(page.get_by_text("Like 12345")).to_be_visible()
    for label, text in (("Name", "Ash Example"), ("Street", "Long Street 1"), ("Town", "Berlin")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Postcode").fill("10115")
    page.get_by_role("button", name="Continue to delivery").click()


def say_how(page: Page) -> None:
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review and pay")


def fill_in(page: Page) -> None:
    """From the contact to the last step."""
    say_who(page)
    say_where(page)
    say_how(page)


def at_the_provider(page: Page, outcome: str, news: str = "At once") -> None:
    """Press the button that pays, and say what shall happen."""
    page.get_by_role("button", name=re.compile("^Pay €")).click()
    page.get_by_label(news).check()
    page.get_by_role("button", name=re.compile(outcome)).click()


def is_done(page: Page) -> str:
    """Order number, once the order is placed."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=20_000)
    return page.locator(".number").inner_text()


def orders() -> list[Order]:
    with shop().database.transaction() as session:
        return list(session.scalars(select(Order)))


def mailed_link(settings: Settings, start: str) -> str:
    """Send what lies in the outbox; the link that starts so, in the only letter that has one."""
    send_due(open_mailer(settings))
    texts = map(_text, Path(settings.mail.removeprefix("folder:")).glob("*.eml"))
    (link,) = {found[0] for text in texts if (found := re.search(re.escape(start) + r"\S+", text))}
    return link


def _text(path: Path) -> str:
    letter = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())
