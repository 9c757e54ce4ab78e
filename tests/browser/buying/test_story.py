"""The whole story of buying, as a guest and with an account, with scripts and without: each page judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from storefront.settings import Settings
from tests.browser.buying.steps import (
    at_the_provider,
    into_the_cart,
    is_done,
    mailed_link,
    orders,
    say_how,
    say_where,
    say_who,
)
from tests.browser.judging import faults
from tests.browser.serving import complaints
from tests.storefront.people import PASSWORD

pytestmark = pytest.mark.browser

NIA = "nia@example.com"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@dataclass(frozen=True)
class Visitor:
    """Somebody with a phone, whose browser has scripts or has none."""

    page: Page
    scripts: bool

    def sees(self, heading: str) -> None:
        """The page has this heading and, where a script can judge it, no faults on phone and desk."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
        if self.scripts:
            assert (self.page.url, faults(self.page)) == (self.page.url, [])

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser has JavaScript."""
    return bool(request.param)


@pytest.fixture
def guest(scripts: bool, rich: Browser, poor: Browser, address: str) -> Iterator[Visitor]:
    """Somebody who sees things in 3D where there are scripts."""
    yield from visiting(rich if scripts else poor, address, scripts)


@pytest.fixture
def member(scripts: bool, poor: Browser, address: str) -> Iterator[Visitor]:
    """Somebody who sees pictures."""
    yield from visiting(poor, address, scripts)


def visiting(browser: Browser, address: str, scripts: bool) -> Iterator[Visitor]:
    """A browser that must end without an error of the pages' own."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    told = complaints(page, ["error"])
    yield Visitor(page, scripts)
    context.close()
    # A form that is refused answers 422, which is a line in the console, and meant.
    assert [text for text in told if "422 (UNPROCESSABLE" not in text] == []


def test_a_guest_finds_configures_buys_and_follows(guest: Visitor, settings: Settings, address: str) -> None:
    page = guest.page
    finds(guest)
    configures(guest)
    reaches_the_checkout(guest)
    number = pays(guest)
    assert [order.number for order in orders()] == [number]
    page.goto("/cart")
    guest.sees("Cart")
    expect(page.locator("#cart")).to_contain_text("Nothing in here yet")
    page.goto(mailed_link(settings, f"{address}/orders/"))
    guest.sees(number)
    expect(page.locator("main")).to_contain_text("Moss")


def test_an_account_takes_the_guests_cart_over_and_keeps_the_order(
    member: Visitor, settings: Settings, address: str
) -> None:
    page = member.page
    opens_an_account(member, settings, address)
    into_the_cart(page)
    leaves(member)
    into_the_cart(page)
    into_the_cart(page, "/p/holm")
    comes_back(member)
    page.goto("/cart")
    expect(page.get_by_label("Quantity of Fjord")).to_have_value("2")
    expect(page.get_by_label("Quantity of Holm")).to_have_value("1")
    member.button("Go to checkout").click()
    expect(page.get_by_label("E-mail address")).to_have_value(NIA)
    say_who(page, NIA)
    say_where(page)
    say_how(page)
    at_the_provider(page, "^Pay")
    number = is_done(page)
    page.goto("/account")
    page.locator("main").get_by_role("link", name="Orders").first.click()
    member.sees("Your orders")
    page.get_by_role("link", name=re.compile(number)).click()
    member.sees(number)
    expect(page.locator("main")).to_contain_text("Holm")


# --- as a guest ---------------------------------------------------------------------------------


def finds(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/")
    visitor.sees("Walk around it first")
    page.get_by_label("Shop").get_by_role("link", name="Seats").click()
    visitor.sees("Seats")
    page.get_by_role("link", name="Fjord", exact=True).click()


def configures(visitor: Visitor) -> None:
    """In 3D where there are scripts."""
    page = visitor.page
    if visitor.scripts:
        viewer = page.locator("[data-levels][data-level=standard]")
        viewer.wait_for(timeout=60_000)
        before = viewer.evaluate("viewer => viewer.snapshot()")
        page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
        expect(page).to_have_url(re.compile("fabric=moss"))
        page.wait_for_timeout(100)
        assert viewer.evaluate("viewer => viewer.snapshot()") != before
    else:
        page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
        visitor.button("Show this configuration").click()
    expect(page.locator(".total dd")).to_have_text("€440")
    visitor.sees("Fjord")


def reaches_the_checkout(visitor: Visitor) -> None:
    page = visitor.page
    visitor.button("Add to cart").click()
    expect(page.get_by_text("is in your cart").or_(page.locator(".lines")).first).to_be_visible()
    page.goto("/cart")
    visitor.sees("Cart")
    visitor.button("Go to checkout").click()
    page.get_by_label("E-mail address").fill("ash")
    visitor.button("Continue to address").click()
    expect(page.locator("#problem")).to_be_visible()
    visitor.sees("How can we reach you")


def pays(visitor: Visitor) -> str:
    """Order number."""
    page = visitor.page
    say_who(page)
    visitor.button("Continue to delivery").click()
    expect(page.locator("#problem")).to_be_visible()
    visitor.sees("Where should we deliver")
    say_where(page)
    visitor.sees("Choose a delivery")
    say_how(page)
    visitor.sees("Review and pay")
    price = page.get_by_role("button", name=re.compile("^Pay €")).inner_text().removeprefix("Pay ")
    visitor.button(f"Pay {price}").click()
    visitor.sees(price)
    page.get_by_role("link", name="Back to the shop").click()
    visitor.sees("Review and pay")
    at_the_provider(page, "^Pay")
    number = is_done(page)
    visitor.sees("Thank you")
    expect(page.locator(".total dd")).to_have_text(price)
    return number


# --- with an account ----------------------------------------------------------------------------


def opens_an_account(visitor: Visitor, settings: Settings, address: str) -> None:
    page = visitor.page
    page.goto("/account")
    page.get_by_role("link", name="Create an account").click()
    visitor.sees("Create an account")
    page.get_by_label("E-mail address").fill(NIA)
    visitor.button("Send me the link").click()
    visitor.sees("Look into your mailbox")
    page.goto(mailed_link(settings, f"{address}/account/"))
    visitor.sees("Open your account|Choose a password|Create an account")
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Open my account").click()
    expect(page.get_by_text("Your account is open. Welcome!")).to_be_visible()
    visitor.sees("Your account")


def leaves(visitor: Visitor) -> None:
    """Signs out; where there are scripts, a passkey is made before."""
    page = visitor.page
    if visitor.scripts:
        tools = page.context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/account/passkeys")
        page.get_by_label("Name for the new passkey").fill("Laptop")
        visitor.button("Add a passkey").click()
        expect(page.get_by_text("The passkey was added.")).to_be_visible()
        visitor.sees("Passkeys")
    page.goto("/account")
    visitor.button("Sign out").click()
    expect(page).to_have_url(re.compile("/$"))


def comes_back(visitor: Visitor) -> None:
    """With the wrong password first; then with the right one, or with the passkey."""
    page = visitor.page
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill(NIA)
    page.get_by_label("Password").fill("not this one")
    visitor.button("Sign in").click()
    expect(page.get_by_text("don't belong together")).to_be_visible()
    visitor.sees("Sign in")
    if visitor.scripts:
        visitor.button("Sign in with a passkey").click()
    else:
        page.get_by_label("Password").fill(PASSWORD)
        visitor.button("Sign in").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
