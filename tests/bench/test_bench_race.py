"""The race's judge sees what is wrong, its browser reads forms as browsers do, and a small race is won."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bench.race.arena import POSTGRES, WEB, plan
from bench.race.browser import read_page
from bench.race.buyer import NEITHER, ORDERED, REFUSED, Told, Wish
from bench.race.judge import Books, figures
from bench.race.run import Race, report, run
from storefront.checkout.models import Payment
from storefront.checkout.payments import Event
from storefront.orders.models import Order, OrderLine

PRODUCT = """<main><h1>Sofa</h1><p>To sit on.</p><form action="/p/sofa">
<input type="hidden" name="product" value="sofa">
<input type="radio" name="fabric" value="moss" checked><input type="radio" name="fabric" value="stone">
<select name="size"><option value="2">Two</option><option value="3" selected>Three</option></select>
<button name="total" value="900" formaction="/cart/lines" formmethod="post">Add</button></form></main>
<p>Not of the page.</p>"""


def books() -> Books:
    """One unit, sold to buyer 0."""
    line = OrderLine(position=0, sku="drop.steel", units=1)
    order = Order(number="N1", payment_id="p", state="placed", email="buyer-0@example.com", lines=[line])
    payment = Payment(id="p", reference="page", state="captured", amount=100)
    captured = Event("test", "e", "captured", "page", 100, "EUR", "checkout")
    return Books([order], [payment], [captured], {"N1": 1}, 0, 0, 0, [], 1, 0)


def told(end: str = ORDERED, number: int = 0, words: str = "Your order number is N1 . Thank you.") -> Told:
    wish = Wish(number, "/p/drop", 0.0, "now", early=True, declined=False, asked=False, wavers=False)
    return Told(wish, end, words)


def wrong(found: Books, *people: Told, units: int = 1) -> list[str]:
    """The names of the figures that aren't as they must be."""
    return [figure.name for figure in figures(found, people or [told()], units) if not figure.right]


def test_books_that_agree_are_right() -> None:
    assert wrong(books(), told(), told(REFUSED, 1, "Sold out")) == []


def test_an_oversold_unit_is_seen() -> None:
    second = Order(number="N2", payment_id="q", state="placed", email="buyer-1@example.com", lines=[])
    sold = books()
    assert "orders placed" in wrong(replace(sold, orders=[*sold.orders, second]))


def test_an_order_for_which_nothing_left_the_stock_is_seen() -> None:
    assert wrong(replace(books(), sold={})) == ["orders without a reservation"]


def test_a_charge_without_an_order_is_seen() -> None:
    other = Event("test", "f", "captured", "another page", 100, "EUR", "another checkout")
    found = books()
    assert wrong(replace(found, captured=[*found.captured, other])) == ["charges without an order"]


def test_a_doubled_charge_is_seen() -> None:
    found = books()
    twice = replace(found, captured=[*found.captured, *found.captured])
    assert wrong(twice) == ["charges doubled"]


def test_money_that_goes_back_is_no_charge_without_an_order() -> None:
    found = books()
    due = Payment(id="q", reference="late page", state="refund_due", amount=100)
    late = Event("test", "f", "captured", "late page", 100, "EUR", "another checkout")
    assert wrong(replace(found, payments=[*found.payments, due], captured=[*found.captured, late])) == []


def test_a_buyer_who_got_no_word_is_seen() -> None:
    assert wrong(books(), told(), told(NEITHER, 1, "503")) == ["buyers with neither"]


def test_a_buyer_who_was_told_of_no_order_but_has_one_is_seen() -> None:
    assert wrong(books(), told(REFUSED, 0, "Sold out")) == ["buyers told otherwise than the books"]


def test_kills_are_drawn_from_the_seed() -> None:
    kills, again = (plan(Random(7), 60, 2, 1, 2) for _ in range(2))
    assert kills == again
    assert sorted(kill.what for kill in kills) == [POSTGRES, WEB, WEB]
    assert all(0 < kill.after < 60 for kill in kills)


def test_a_button_sends_the_fields_that_are_chosen() -> None:
    form = read_page("http://shop/p/sofa", 200, PRODUCT).form("/cart/lines")
    assert form is not None
    assert form.action == "http://shop/cart/lines"
    assert form.fields == {"product": "sofa", "fabric": "moss", "size": "3", "total": "900"}


def test_words_are_those_of_the_page_itself() -> None:
    page = read_page("http://shop/p/sofa", 200, PRODUCT)
    assert (page.heading, page.said) == ("Sofa", "To sit on.")


@pytest.mark.slow
def test_thirty_buyers_get_six_units_while_servers_are_killed() -> None:
    race = Race(seed=1, buyers=30, units=6, web_kills=1, database_kills=1, spread=5, never=False)
    result = run(race)
    assert result.wrong == [], "\n".join(report(result))
