"""What goes otherwise on the way through the checkout, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import update

from storefront.checkout.models import Checkout
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.browser.buying.steps import at_the_provider, fill_in, into_the_cart, is_done, orders, to_checkout
from tests.browser.judging import faults
from tests.browser.serving import complaints
from tests.storefront import people
from tests.storefront.chairs import count

pytestmark = pytest.mark.browser


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


def test_a_double_click_puts_one_piece_in(page: Page) -> None:
    page.goto("/p/fjord?fabric=moss")
    page.get_by_role("button", name="Add to cart").dblclick()
    expect(page.get_by_text("is in your cart").or_(page.locator(".lines")).first).to_be_visible()
    page.goto("/cart")
    expect(page.get_by_role("spinbutton")).to_have_value("1")


def test_the_way_back_keeps_what_was_filled_in(page: Page) -> None:
    into_the_cart(page)
    to_checkout(page)
    fill_in(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a delivery")
    page.go_back()
    expect(page.get_by_label("Street")).to_have_value("Long Street 1")
    page.go_back()
    expect(page.get_by_label("E-mail address")).to_have_value("ash@example.com")


def test_the_detours_are_in_order(chromium: Browser, address: str) -> None:
    view: ViewportSize = {"width": 390, "height": 844}
    page = chromium.new_context(base_url=address, viewport=view, reduced_motion="reduce").new_page()
    into_the_cart(page)
    to_checkout(page)
    fill_in(page)
    page.get_by_text("Have a voucher code?").click()
    page.get_by_label("Voucher code").fill("NONE")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#error-code")).to_be_visible()
    assert faults(page) == []
    at_the_provider(page, "^Pay", "Never")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirming your payment")
    assert faults(page) == []
    run_out()
    page.goto("/checkout/pay")
    expect(page.get_by_role("heading", level=1)).to_contain_text("aren't held")
    assert faults(page) == []
    into_the_cart(page, "/p/strand")
    count("strand", 0)
    page.goto("/cart")
    page.get_by_role("button", name="Go to checkout").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Something has changed")
    assert faults(page) == []
    page.context.close()


def run_out() -> None:
    """Let the time of every hold be over."""
    with shop().database.transaction() as session:
        session.execute(update(Checkout).values(expires_at=from_now(-1)))
