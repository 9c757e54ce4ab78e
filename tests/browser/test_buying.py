"""Buying in a browser: from a product to a paid order, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from storefront import testpay
from storefront.mail.relay import send_due
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.mailers import open_mailer
from storefront.testpay.app import create_app as create_testpay
from storefront.web.context import shop
from tests.browser.serving import complaints, served
from tests.conftest import publish_snapshot
from tests.storefront import people
from tests.storefront.chairs import seats_only, stock

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SECRET = "shared by shop and server"
WIDTHS = (390, 1440)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture(scope="module")
def pay_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the test payment server is."""
    books = tmp_path_factory.mktemp(testpay.__name__) / "books.sqlite"
    app, courier = create_testpay(str(books), SECRET)
    courier.start()
    with served(app) as url:
        yield url


@pytest.fixture
def settings(settings: Settings, pay_server: str, tmp_path: Path) -> Settings:
    """The shop takes its money there, and puts its letters into a folder."""
    own = {"testpay_url": pay_server, "testpay_secret": SECRET, "mail": f"folder:{tmp_path / 'mail'}"}
    return replace(settings, **own)  # type: ignore[arg-type]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a shop with three chairs is."""
    stock(app)
    publish_snapshot(app)
    with served(app) as url:
        yield url


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """A browser that must end without an error of the page's own."""
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param,
        reduced_motion="reduce",
    )
    page = context.new_page()
    told = complaints(page)
    yield page
    context.close()
    assert [text for text in told if "422 (UNPROCESSABLE" not in text] == []


def into_the_cart(page: Page) -> None:
    page.goto("/p/fjord?fabric=moss")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_load_state("networkidle")


def to_checkout(page: Page) -> None:
    page.goto("/cart")
    page.get_by_role("button", name="To the checkout").click()
    expect(page).to_have_url(re.compile("/checkout/contact$"))


def fill_in(page: Page) -> None:
    """From the contact to the last step."""
    page.get_by_label("E-mail address").fill("ash@example.com")
    page.get_by_role("button", name="Go on to the address").click()
    page.get_by_label("Country").select_option("DE")
    page.wait_for_load_state("networkidle")
    for label, text in (("Name", "Ash Example"), ("Street", "Long Street 1"), ("Town", "Berlin")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Postcode").fill("10115")
    page.get_by_role("button", name="Go on to delivery").click()
    page.get_by_role("radio", name="Express").check()
    page.get_by_role("button", name="Hold the goods").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look it over, then pay")


def at_the_provider(page: Page, outcome: str, news: str = "At once") -> None:
    """Press the button that pays, and say what shall happen."""
    page.get_by_role("button", name=re.compile("^Pay €")).click()
    page.get_by_label(news).check()
    page.get_by_role("button", name=re.compile(outcome)).click()


def is_done(page: Page) -> str:
    """The order's number, once the order is placed."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=20_000)
    return page.locator(".number").inner_text()


def orders() -> list[Order]:
    with shop().database.transaction() as session:
        return list(session.scalars(select(Order)))


def test_a_guest_buys_what_they_configured(page: Page, settings: Settings, address: str) -> None:
    into_the_cart(page)
    to_checkout(page)
    fill_in(page)
    expect(page.locator(".bought-lines.large")).to_contain_text("Moss")
    at_the_provider(page, "^Pay")
    number = is_done(page)
    (order,) = orders()
    assert (order.number, order.amount) == (number, 44_000 + 690 + 990)
    page.goto("/cart")
    expect(page.locator("#cart")).to_contain_text("Nothing in here yet")
    page.goto(_letter(settings, f"{address}/orders/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.locator("main")).to_contain_text("Moss")


def _letter(settings: Settings, start: str) -> str:
    """The link that starts so, in the only letter that is sent."""
    assert send_due(open_mailer(settings)) == 1
    (path,) = Path(settings.mail.removeprefix("folder:")).glob("*.eml")
    letter = message_from_bytes(path.read_bytes(), policy=default)
    body = letter.get_body(("plain",))
    assert body is not None
    link = re.search(re.escape(start) + r"\S+", body.get_content())
    assert link, body.get_content()
    return link[0]


def test_who_signs_in_on_the_way_goes_on_where_they_were(page: Page) -> None:
    person = people.person()
    into_the_cart(page)
    to_checkout(page)
    page.get_by_role("link", name="sign in").click()
    page.get_by_label("E-mail address").fill(people.SAM)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/checkout/contact$"))
    expect(page.get_by_label("E-mail address")).to_have_value(people.SAM)
    fill_in(page)
    at_the_provider(page, "^Pay")
    number = is_done(page)
    assert [order.user_id for order in orders()] == [person.id]
    page.goto("/account/orders")
    page.get_by_role("link", name=re.compile(number)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def test_a_decline_leads_back_and_the_next_try_pays(page: Page) -> None:
    into_the_cart(page)
    to_checkout(page)
    fill_in(page)
    at_the_provider(page, "^Decline", "Before you are sent back")
    expect(page.locator(".notice.bad")).to_contain_text("nothing was charged")
    at_the_provider(page, "^Pay")
    is_done(page)
    assert len(orders()) == 1


def test_the_way_back_keeps_what_was_filled_in(page: Page) -> None:
    into_the_cart(page)
    to_checkout(page)
    fill_in(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("How shall it come?")
    page.go_back()
    expect(page.get_by_label("Street")).to_have_value("Long Street 1")
    page.go_back()
    expect(page.get_by_label("E-mail address")).to_have_value("ash@example.com")


def test_each_page_is_accessible_and_fits(chromium: Browser, address: str) -> None:
    for width in WIDTHS:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 800}, bypass_csp=True
        )
        page = context.new_page()
        into_the_cart(page)
        to_checkout(page)
        page.get_by_label("E-mail address").fill("ash")
        page.get_by_role("button", name="Go on to the address").click()
        expect(page.locator("#problem")).to_be_visible()
        _check(page, width)
        fill_in(page)
        for step in ("address", "delivery", "pay"):
            page.goto(f"/checkout/{step}")
            _check(page, width)
        at_the_provider(page, "^Pay", "Never")
        expect(page.get_by_role("heading", level=1)).to_contain_text("One moment")
        _check(page, width)
        context.close()


def _check(page: Page, width: int) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
