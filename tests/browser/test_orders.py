"""The pages of orders in Chromium, a shopper's and the merchant's: axe-clean, and as wide as the screen."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from storefront.backoffice.orders import goods
from storefront.orders import links
from tests.browser.judging import faults
from tests.browser.serving import served
from tests.storefront.people import MONA, PASSWORD
from tests.storefront.test_backoffice_orders import bought, mona, purse, registry
from tests.storefront.tills import SHOE, Purse

pytestmark = pytest.mark.browser

__all__ = ["mona", "purse", "registry"]


def test_every_page_of_orders_fits(app: Flask, mona: FlaskClient, purse: Purse, poor: Browser) -> None:
    order = bought()
    goods.ship(order, {0: 1}, "Post", "T1", "")
    desk = [
        f"/merchant/{rest}"
        for rest in ("orders", f"orders/{order.number}", "money", "stock", "vouchers", "running")
    ]
    public = [links.path(order.number), "/orders/UNKNOWN", "/orders?done=sent"]
    with served(app) as at:
        context = poor.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{at}/account/sign-in")
        page.fill("[name=email]", MONA)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/merchant")
        for path in (*public, *desk, f"/merchant/stock/{SHOE}", "/account/orders"):
            page.goto(at + path)
            assert (path, faults(page)) == (path, [])
        context.close()
