"""The same button pressed twice, and many tabs that put something into one cart at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.cart.models import CartLine
from storefront.cart.views import DOUBLE_TAP
from storefront.stores.dynamo import now
from tests.storefront.carts import FJORD, MOSS, lines, only_line, put, put_more, shopper
from tests.storefront.people import tab
from tests.storefront.shoppers import registry

__all__ = ["registry", "shopper"]

Press = Callable[[FlaskClient, dict[str, str]], TestResponse]


def at_once(shopper: FlaskClient, press: Press, tabs: int) -> set[int]:
    """What so many tabs are answered that put in the same chair."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda _: press(tab(shopper), FJORD).status_code, range(tabs)))


def test_adds_at_the_same_time_are_all_kept(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    assert at_once(shopper, put_more, 16) == {200}
    assert list(lines().values()) == [17]


def test_two_taps_put_one_piece_in(shopper: FlaskClient) -> None:
    put(shopper, MOSS)
    assert at_once(shopper, put, 4) == {303}
    assert sorted(lines().values()) == [1, 1]


def test_two_taps_put_one_more_in(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    only_line().update(actions=[CartLine.told_at.set(now() - DOUBLE_TAP)])
    put(shopper, FJORD)
    put(shopper, FJORD)
    assert list(lines().values()) == [2]


def test_two_taps_edit_a_line_once(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="2")
    (old,) = lines()
    assert [put(shopper, MOSS, line=old).status_code for _ in range(2)] == [303, 303]
    assert list(lines().values()) == [2]
