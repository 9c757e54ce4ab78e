"""The account in Chromium: its forms, passkeys with the browser's own authenticator, and each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from storefront.accounts import addresses
from storefront.designs import operations as designs
from storefront.registry import Registry
from tests.browser.judging import faults
from tests.browser.serving import served
from tests.conftest import publish_snapshot
from tests.storefront.chairs import seats_only, stock
from tests.storefront.people import PASSWORD, SAM, letters, link, person

pytestmark = pytest.mark.browser

HOME = addresses.Postal("Sam Sample", "Quay 1", "Amsterdam", "NL", postcode="1012 AB")
DOOR = ("/account/sign-in", "/account/register", "/account/reset", "/account/reset/sent", "/account/erased")
INSIDE = (
    "/account",
    "/account/addresses",
    "/account/addresses/new",
    "/account/password",
    "/account/email",
    "/account/passkeys",
    "/account/browsers",
    "/account/data",
    "/account/erase",
    "/account/confirm",
    "/account/designs",
    "/account/designs/new?product=fjord&fabric=moss",
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a shop with three chairs and one shopper is served, under a name: passkeys want one."""
    stock(app)
    publish_snapshot(app)
    sam = person()
    addresses.add(sam, HOME)
    designs.save(sam, *designs.configured("fjord", {"fabric": "moss"}), "For the hall")
    with served(app) as url:
        yield url.replace("127.0.0.1", "localhost")


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Any]:
    """Opens browsers of visitors, which must end without a complaint of their pages."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(width: int = 1440, *, scripts: bool = True) -> Page:
        view: ViewportSize = {"width": width, "height": 900}
        context = chromium.new_context(
            base_url=address, viewport=view, java_script_enabled=scripts, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in opened:
        context.close()
    # A form that is refused answers 422, which is a line in the console, and meant.
    assert [text for text in complaints if "status of 4" not in text] == []


def sign_in(page: Page) -> None:
    page.goto("/account/sign-in")
    page.fill("#email", SAM)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_shopper_opens_an_account(visit: Any, scripts: bool) -> None:
    page = visit(390, scripts=scripts)
    page.goto("/account")
    page.get_by_role("link", name="Create an account").click()
    page.fill("#email", "new@example.com")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(link("new@example.com"))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Open my account").click()
    expect(page.get_by_text("Your account is open. Welcome!")).to_be_visible()
    page.goto("/account/addresses/new")
    page.fill("#name", "Nia New")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_role("alert")).to_contain_text("Write street and number.")
    page.fill("#street", "Lane 2")
    page.fill("#postcode", "1011")
    page.fill("#city", "Amsterdam")
    page.select_option("#country", "NL")
    page.get_by_role("button", name="Save address").click()
    expect(page.locator("address")).to_contain_text("Lane 2")


def test_a_passkey_is_made_and_signs_in(visit: Any) -> None:
    page = visit()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page)
    page.goto("/account/passkeys")
    page.fill("#passkey-name", "Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey was added.")).to_be_visible()
    expect(page.get_by_label("Name of this passkey")).to_have_value("Laptop")
    page.goto("/account")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/sign-in?next=/account/addresses")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Addresses")).to_be_visible()
    page.goto("/account/erase")
    page.get_by_role("button", name="Delete it, with a passkey as proof").click()
    expect(page.get_by_role("heading", name="Your account is closed")).to_be_visible()


def test_a_passkey_that_is_not_shown_leaves_the_page_as_it_was(visit: Any) -> None:
    page = visit()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    verification = {"hasUserVerification": True, "isUserVerified": False}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options | verification})
    page.goto("/account/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That was cancelled, or took too long.")).to_be_visible()


def test_without_scripts_nobody_is_offered_a_passkey(visit: Any) -> None:
    page = visit(scripts=False)
    page.goto("/account/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_design_is_saved_from_its_page(visit: Any, scripts: bool) -> None:
    page = visit(390, scripts=scripts)
    sign_in(page)
    page.goto("/p/holm?legs=steel")
    page.get_by_text("Save this design").click()
    page.fill("#design-name", "For the desk")
    page.get_by_role("button", name="Save to my account").click()
    expect(page.get_by_text("The design is saved.")).to_be_visible()
    page.get_by_role("link", name="For the desk").click()
    expect(page).to_have_url(re.compile(r"/p/holm\?legs=steel$"))


def test_what_was_typed_as_a_name_stays_while_options_change(visit: Any) -> None:
    page = visit()
    page.goto("/p/fjord")
    page.get_by_text("Save this design").click()
    page.fill("#design-name", "For the desk")
    page.get_by_label("Steel").check(force=True)
    expect(page).to_have_url(re.compile("legs=steel"))
    expect(page.locator("#design-name")).to_have_value("For the desk")
    expect(page.locator("#design-name")).to_be_visible()


def test_the_door_is_accessible_and_fits(visit: Any) -> None:
    page = visit(390)
    for path in DOOR:
        page.goto(path)
        assert (path, faults(page)) == (path, [])


def test_the_account_is_accessible_and_fits(visit: Any) -> None:
    page = visit(390)
    sign_in(page)
    for path in INSIDE:
        page.goto(path)
        assert (path, faults(page)) == (path, [])
    page.goto("/account/addresses/new")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    assert letters() == []
