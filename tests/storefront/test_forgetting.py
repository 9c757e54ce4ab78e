"""People are forgotten: in checkouts that are long over, and in orders whose owner left."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import upkeep
from storefront.checkout.forgetting import KEPT_DAYS, forget_old
from storefront.checkout.models import Checkout, Payment, Refund
from storefront.checkout.settling import settle
from storefront.checkout.sweeping import expire_due
from storefront.mail.models import Letter
from storefront.orders import links
from storefront.orders.forgetting import forget_due
from storefront.orders.models import Order, OrderEvent, Shipment
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.storefront import people
from tests.storefront.shoppers import ADDRESS, checkout, come, purse, registry, shopper
from tests.storefront.tills import Purse, Till, captured

__all__ = ["purse", "registry", "shopper"]

LONG_AGO = -(KEPT_DAYS * 86_400 + 60)
PERSON = {**ADDRESS, "name": "Ash Example", "phone": "+49 30 1234567"}


# --- checkouts -----------------------------------------------------------------------------------


def ended(till: Till, seconds: float = LONG_AGO) -> str:
    """A checkout that held a pair of shoes, and expired so long ago."""
    till.receive(1)
    held = till.reserved()
    till.run_out(held.id)
    expire_due(till.database)
    till.change(Checkout, held.id, expires_at=from_now(seconds))
    return held.id


def test_who_began_a_checkout_is_forgotten_in_time(till: Till) -> None:
    old = ended(till)
    assert forget_old(till.database) == 1
    found = till.checkout(old)
    assert (found.email, found.address, found.cart_id, found.lines) == ("", None, "", [])


def test_it_is_kept_until_then(till: Till) -> None:
    recent = ended(till, LONG_AGO + 3600)
    assert forget_old(till.database) == 0
    assert till.checkout(recent).email == "ash@example.com"


def test_one_that_is_still_filled_in_stays(till: Till) -> None:
    begun = till.begin()
    till.change(Checkout, begun, expires_at=from_now(LONG_AGO))
    assert forget_old(till.database) == 0
    assert till.checkout(begun).email == "ash@example.com"


def test_one_that_was_paid_leaves_it_to_its_order(till: Till) -> None:
    till.receive(1)
    held = till.reserved()
    settle(till.database, captured(held))
    till.change(Checkout, held.id, expires_at=from_now(LONG_AGO))
    forget_old(till.database)
    found = till.checkout(held.id)
    assert (found.email, found.address, len(found.lines)) == ("", None, 1)
    assert till.order().email == "ash@example.com"


def test_whoever_money_is_owed_to_is_remembered(till: Till) -> None:
    old = ended(till)
    settle(till.database, captured(till.checkout(old), amount=5))
    forget_old(till.database)
    assert till.checkout(old).email == "ash@example.com"
    (payment,) = till.all(Payment)
    till.change(Payment, payment.id, state="refunded")
    forget_old(till.database)
    assert till.checkout(old).email == ""


def test_money_that_comes_after_all_is_owed_and_the_merchant_is_told(till: Till) -> None:
    old = ended(till)
    forget_old(till.database)
    assert settle(till.database, captured(till.checkout(old))) == "refund_due"
    assert till.letters() == ["refund_due_merchant"]


# --- orders --------------------------------------------------------------------------------------


@pytest.fixture
def sam(both_databases: str, shopper: FlaskClient) -> FlaskClient:
    """Somebody with an account who bought a chair, with a telephone number for the carrier."""
    people.person("ash@example.com")
    people.sign_in(shopper, "ash@example.com")
    come(shopper, "address")
    people.send(shopper, "/checkout/address", **PERSON)
    people.send(shopper, "/checkout/delivery", way="standard")
    settle(shop().database, captured(checkout()))
    return shopper


def order() -> Order:
    with shop().database.transaction() as session:
        return session.scalars(select(Order)).one()


def finish(state: str = "shipped") -> None:
    """Send the order in a parcel, with a word of the merchant."""
    with shop().database.transaction() as session:
        found = session.scalars(select(Order)).one()
        found.state = state
        session.add(Shipment(order_id=found.id, units={"0": 1}, carrier="Post", tracking="JJD1234567"))
        session.add(OrderEvent(order_id=found.id, kind="note", text="Ash Example called"))
        session.add(OrderEvent(order_id=found.id, kind="shipped", text="Post JJD1234567"))


def erase(shopper: FlaskClient) -> None:
    assert people.post(shopper, "/account/erase", password=people.PASSWORD).status_code == 303


def everything() -> str:
    """All rows that could name somebody, as a text."""
    with shop().database.transaction() as session:
        models = (Order, OrderEvent, Shipment, Letter, Checkout, Payment, Refund)
        rows = [row for model in models for row in session.scalars(select(model))]
        return " ".join(str(vars(row)) for row in rows)


def test_a_finished_order_forgets_who_bought_it(sam: FlaskClient) -> None:
    finish()
    before = order()
    erase(sam)
    known = everything()
    for word in ("ash@example.com", "Ash Example", "Long Street", "10115", "1234567"):
        assert word not in known
    after = order()
    assert (after.user_id, after.email, after.address) == (None, "", {"country": "DE"})
    assert (after.amount, after.amounts, after.currency) == (before.amount, before.amounts, "EUR")
    assert [line.item for line in after.lines] == [line.item for line in before.lines]


@pytest.mark.parametrize(
    "kind", ["returned", "rest_cancelled", "cancelled", "refunded", "refund_refused", "refund_failed"]
)
def test_what_the_merchant_typed_is_forgotten(sam: FlaskClient, kind: str) -> None:
    with shop().database.transaction() as session:
        typed = OrderEvent(order_id=order().id, kind=kind, text="1 × Fjord, Ms Juniper moved")
        session.add(typed)
    finish()
    erase(sam)
    assert "Juniper" not in everything()
    assert kind in everything()


def refunded(reason: str) -> None:
    with shop().database.transaction() as session:
        paid = session.scalars(select(Payment.id)).one()
        session.add(Refund(id="refund", payment_id=paid, amount=100, state="done", reason=reason))


def test_why_money_went_back_is_forgotten(sam: FlaskClient) -> None:
    refunded("Ms Juniper's dog ate it")
    finish()
    erase(sam)
    assert "Juniper" not in everything()


def test_what_is_typed_about_a_forgotten_order_is_forgotten_too(sam: FlaskClient) -> None:
    finish()
    erase(sam)
    refunded("Ms Juniper called")
    with shop().database.transaction() as session:
        session.add(OrderEvent(order_id=order().id, kind="refunded", text="100 EUR Ms Juniper called"))
    upkeep._forget()
    with shop().database.transaction() as session:
        assert not set(session.scalars(select(Refund.reason))) - {""}
        assert "Juniper" not in str([event.text for event in session.scalars(select(OrderEvent))])


def test_the_reason_stays_while_the_order_is_somebodys(sam: FlaskClient) -> None:
    refunded("Ms Juniper's dog ate it")
    upkeep._forget()
    assert "Juniper" in everything()


def test_what_a_payment_was_begun_for_is_forgotten_under_its_own_address(sam: FlaskClient) -> None:
    terms = {"email": "ASH@example.com", "address": PERSON}
    with shop().database.transaction() as session:
        other = Checkout(cart_id="another", currency="EUR", email="elm@example.com", state="expired")
        session.add(other)
        session.flush()
        more = {"amount": 1, "currency": "EUR", "terms": terms}
        session.add(Payment(checkout_id=other.id, provider="purse", reference="old", **more))
    finish()
    erase(sam)
    assert "ASH" not in everything()


def test_an_order_that_is_being_packed_keeps_its_address_until_it_left(sam: FlaskClient) -> None:
    erase(sam)
    assert (order().user_id, order().address["street"]) == (None, "Long Street 1")
    assert forget_due(shop().database) == 0
    finish()
    assert forget_due(shop().database) == 1
    assert "Long Street" not in str(order().address)


def test_what_was_bought_as_a_guest_with_the_address_is_forgotten_too(sam: FlaskClient) -> None:
    with shop().database.transaction() as session:
        session.scalars(select(Order)).one().user_id = None
    finish("cancelled")
    erase(sam)
    assert order().email == ""


def test_the_link_of_a_forgotten_order_shows_what_was_bought_and_nobody(sam: FlaskClient) -> None:
    finish()
    erase(sam)
    page = people.get(sam.application.test_client(), links.path(order().number))
    assert page.status_code == 200
    assert "Fjord" in page.text
    assert "Name, address and e-mail were deleted" in page.text
    assert "Ash Example" not in page.text


def test_nobody_is_written_to_about_it(sam: FlaskClient) -> None:
    finish()
    erase(sam)
    people.send(sam, "/orders", number=order().number, email="ash@example.com")
    assert people.templates("ash@example.com") == []


def test_the_merchant_still_sees_it(sam: FlaskClient) -> None:
    finish()
    erase(sam)
    people.person(people.MONA, "merchant")
    people.sign_in(sam, people.MONA)
    page = people.get(sam, f"/merchant/orders/{order().number}")
    assert page.status_code == 200
    assert "Name, address and e-mail were deleted" in page.text


def test_an_export_tells_of_orders_checkouts_and_letters(sam: FlaskClient) -> None:
    found = json.loads(people.get(sam, "/account/data/export").text)
    assert found["orders"][0]["address"]["phone"] == PERSON["phone"]
    assert found["checkouts"][0]["state"] == "paid"
    assert {letter["about"] for letter in found["letters"]} >= {"confirmation"}


def test_what_was_being_filled_in_ends(shopper: FlaskClient) -> None:
    people.person("ash@example.com")
    people.sign_in(shopper, "ash@example.com")
    come(shopper, "delivery")
    erase(shopper)
    assert (checkout().state, checkout().email, checkout().address) == ("cancelled", "", None)


def test_payments_and_refunds_are_told_with_what_they_were_for(sam: FlaskClient, purse: Purse) -> None:
    refunded("A scratch")
    with shop().database.transaction() as session:
        session.scalars(select(Payment)).one().terms = {"email": "ash@example.com", "address": PERSON}
    found = json.loads(people.get(sam, "/account/data/export").text)
    (told,) = found["checkouts"][0]["payments"]
    assert (told["email"], told["address"]) == ("ash@example.com", PERSON)
    assert [(one["order"], one["reason"]) for one in found["refunds"]] == [(order().number, "A scratch")]
