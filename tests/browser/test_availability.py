"""Availability on a product's page in Chromium: asked for after the page, for each configuration anew."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from storefront.registry import Registry
from tests.browser.serving import complaints, served
from tests.conftest import publish_snapshot
from tests.storefront.chairs import count, seats_only, stock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def page(app: Flask, chromium: Browser) -> Iterator[Page]:
    """A page of a shop with three chairs."""
    stock(app)
    publish_snapshot(app)
    with served(app) as address:
        context = chromium.new_context(base_url=address)
        page = context.new_page()
        told = complaints(page)
        yield page
        context.close()
    assert told == []


def test_it_is_said_anew_for_each_configuration(page: Page) -> None:
    count("fjord", 3)
    page.goto("/p/fjord")
    expect(page.locator("#configuration")).to_contain_text("Only 3 left.")
    count("fjord", 2)
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page.locator("#configuration")).to_contain_text("Only 2 left.")


def test_what_is_sold_out_can_not_be_added_until_it_is_there_again(page: Page) -> None:
    count("fjord", 0)
    page.goto("/p/fjord")
    expect(page.get_by_role("button", name="Sold out")).to_be_disabled()
    count("fjord", 9)
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page.get_by_role("button", name="Add to cart")).to_be_enabled()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#added")).to_contain_text("is in your cart")
