"""The Lambda handlers, with event JSON as AWS documents it, and fed from the embedded DynamoDB's stream."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from storefront.cart import in_carts, items, operations
from storefront.cart.items import What
from storefront.cart.models import CartLine
from storefront.checkout.models import Checkout
from storefront.embedded import background
from storefront.embedded.streams import Streams
from storefront.functions import authentication, cart_updates, partly
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.stores.dynamo import now
from storefront.stores.objects import ObjectsAway
from storefront.web.context import shop
from tests.storefront.chairs import receive, seats_only
from tests.storefront.people import PASSWORD, SAM, person

CART, LINE = "cart", "fjord.0a"
CHAIR = What("fjord", {}, 40000, "EUR", 2)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


def put(number: int, cart_id: str = CART, line: str = LINE) -> None:
    assert items.write(items.read(cart_id, line).adding(CHAIR, number))


# --- carts --------------------------------------------------------------------------------------


def stream_record(name: str, number: int, cart_id: str = CART, **more: Any) -> dict[str, Any]:
    """A record of a DynamoDB stream, as a Lambda gets it (AWS Lambda developer guide, "DynamoDB")."""
    keys = {"cart_id": {"S": cart_id}, "line_id": {"S": f"{LINE}#us-east-1"}}
    return {
        "eventID": f"{number:032x}",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "eventName": name,
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1732230000,
            "Keys": keys,
            "SequenceNumber": f"{number}00000000000000000001",
            "SizeBytes": 320,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **({"OldImage": keys} if name == "REMOVE" else {"NewImage": keys}),
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/storefront-carts/stream/2026-11-22",
        **more,
    }


def tell(*records: dict[str, Any]) -> dict[str, int]:
    return cart_updates.handler({"Records": list(records)}, None)


def holding(cart_id: str = CART) -> str:
    """A checkout of the cart that holds two chairs."""
    receive("fjord", 5)
    with shop().database.transaction() as session:
        checkout = Checkout(cart_id=cart_id, currency="EUR", state="reserved", expires_at=from_now(900))
        session.add(checkout)
        session.flush()
        stock.hold(session, checkout.id, {"fjord": 2})
        return str(checkout.id)


def state(checkout_id: str) -> str:
    with shop().database.transaction() as session:
        return session.get_one(Checkout, checkout_id).state


def test_pieces_in_carts_are_counted(app: Flask) -> None:
    put(2)
    put(3, "another")
    tell(stream_record("INSERT", 1), stream_record("INSERT", 2, "another"))
    assert in_carts.pieces("fjord") == 5


def test_repeated_and_reordered_events_count_the_same(app: Flask) -> None:
    put(2)
    put(1)
    operations.change(CART, LINE, -2)
    records = [stream_record("INSERT", 1), stream_record("MODIFY", 2), stream_record("MODIFY", 3)]
    for record in [*reversed(records), *records, records[0]]:
        tell(record)
    assert in_carts.pieces("fjord") == 1


def test_an_emptied_cart_gives_back_what_it_held(app: Flask) -> None:
    put(2)
    checkout = holding()
    operations.remove(CART, LINE)
    assert tell(stream_record("MODIFY", 1)) == {"lines": 1, "holds": 1}
    assert (state(checkout), stock.free(["fjord"])) == ("expired", {"fjord": 5})
    assert in_carts.pieces("fjord") == 0


def test_telling_it_twice_gives_back_once(app: Flask) -> None:
    holding()
    record = stream_record("REMOVE", 1)
    assert [tell(record)["holds"], tell(record, record)["holds"]] == [1, 0]
    assert stock.free(["fjord"]) == {"fjord": 5}


def test_an_item_that_dynamodb_removed_in_time_is_an_event_like_others(app: Flask) -> None:
    put(2)
    tell(stream_record("INSERT", 1))
    checkout = holding()
    (item,) = CartLine.scan()
    item.delete()
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    tell(stream_record("REMOVE", 2, userIdentity=service))
    assert (in_carts.pieces("fjord"), state(checkout)) == (0, "expired")


def test_an_item_past_its_time_does_not_count(app: Flask) -> None:
    put(2)
    (item,) = CartLine.scan()
    item.update(actions=[CartLine.expires_at.set(now() - timedelta(minutes=1))])
    tell(stream_record("MODIFY", 1))
    assert in_carts.pieces("fjord") == 0


def test_a_cart_with_something_in_it_keeps_its_hold(app: Flask) -> None:
    put(2)
    checkout = holding()
    assert tell(stream_record("MODIFY", 1))["holds"] == 0
    assert state(checkout) == "reserved"


def test_an_order_that_was_paid_stays_paid(app: Flask) -> None:
    checkout = holding()
    with shop().database.transaction() as session:
        session.get_one(Checkout, checkout).state = "paid"
    tell(stream_record("REMOVE", 1))
    assert state(checkout) == "paid"


def test_a_batch_that_is_done_names_no_record(app: Flask) -> None:
    put(2)
    event = {"Records": [stream_record("INSERT", 1)]}
    assert cart_updates.batch(event, None) == {"batchItemFailures": []}
    assert in_carts.pieces("fjord") == 2


def test_of_a_batch_the_first_record_that_a_store_refuses_is_named() -> None:
    def work(event: Mapping[str, Any]) -> None:
        if any(record["dynamodb"]["Keys"]["cart_id"]["S"] == "bad" for record in event["Records"]):
            raise ObjectsAway

    records = [stream_record("INSERT", number, name) for number, name in enumerate(("good", "bad", "good"))]
    failed = records[1]["dynamodb"]["SequenceNumber"]
    assert partly.handle({"Records": records}, work) == {"batchItemFailures": [{"itemIdentifier": failed}]}


def test_no_records_do_nothing(app: Flask) -> None:
    assert cart_updates.handler({}, None) == {"lines": 0, "holds": 0}


def test_the_embedded_stream_tells_the_same(app: Flask, settings: Settings) -> None:
    stream = Streams(settings, (CartLine,))
    put(2)
    cart_updates.handler(stream.poll(), None)
    stream.commit()
    assert in_carts.pieces("fjord") == 2
    operations.remove(CART, LINE)
    cart_updates.handler(stream.poll(), None)
    assert in_carts.pieces("fjord") == 0


def test_the_shop_follows_its_carts_by_itself(app: Flask, settings: Settings) -> None:
    stopped = background.start(app, settings)
    try:
        put(2)
        until = time.monotonic() + 20
        while in_carts.pieces("fjord") != 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert in_carts.pieces("fjord") == 2
    finally:
        stopped.set()


# --- accounts behind a balancer -----------------------------------------------------------------


@pytest.fixture
def balancer(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of the function, which starts anew."""
    for name, value in to_environ(settings).items():
        monkeypatch.setitem(os.environ, name, value)
    monkeypatch.setitem(os.environ, "STOREFRONT_TRUSTED_PROXIES", "1")
    authentication._adapter.cache_clear()
    yield
    authentication._adapter.cache_clear()


def request(method: str, path: str, body: str = "", **headers: str) -> dict[str, Any]:
    """A balancer's request event (Elastic Load Balancing user guide, "Lambda functions as targets")."""
    group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/accounts/6d0ecf831eec9f09"
    common = {"host": "shop.example.com", "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}
    return {
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": method,
        "path": path,
        "multiValueQueryStringParameters": {},
        "multiValueHeaders": {name: [value] for name, value in {**common, **headers}.items()},
        "body": body,
        "isBase64Encoded": False,
    }


def test_the_sign_in_page_comes_through_the_balancer(balancer: None) -> None:
    answer = authentication.handler(request("GET", "/account/sign-in"), None)
    assert answer["statusCode"] == 200
    assert "Sign in" in answer["body"]
    assert answer["isBase64Encoded"] is False


def test_signing_in_through_the_balancer_sets_a_secure_cookie(balancer: None) -> None:
    person()
    form = {"content-type": "application/x-www-form-urlencoded", "origin": "https://shop.example.com"}
    body = f"email={SAM}&password={PASSWORD.replace(' ', '+')}"
    answer = authentication.handler(request("POST", "/account/sign-in", body, **form), None)
    assert answer["statusCode"] == 303
    (cookie,) = answer["multiValueHeaders"]["Set-Cookie"]
    assert "Secure" in cookie
    signed_in = authentication.handler(request("GET", "/account", cookie=cookie.partition(";")[0]), None)
    assert (signed_in["statusCode"], SAM in signed_in["body"]) == (200, True)


def test_another_sites_form_is_refused_at_this_door_too(balancer: None) -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"}
    assert authentication.handler(request("POST", "/account/sign-in", "", **form), None)["statusCode"] == 403
