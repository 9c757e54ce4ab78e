"""A cart that two regions write: nothing that was added is lost, however late they hear of each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask import Flask

from storefront.cart import counting, items, operations
from storefront.cart.counting import Part
from storefront.cart.items import What
from storefront.cart.models import CartLine
from storefront.stores.dynamo import now
from storefront.web.context import shop

HERE, THERE = "us-east-1", "eu-west-1"
CART, LINE = "cart", "fjord.0a"
CHAIR = What("fjord", {"fabric": "moss"}, 44000, "EUR", 2)


# --- counting -----------------------------------------------------------------------------------


def test_pieces_of_all_regions_are_one_sum() -> None:
    assert counting.units([Part(HERE, "a", added=2), Part(THERE, "b", added=3)]) == 5


def test_a_region_takes_its_own_pieces_first() -> None:
    here, there = Part(HERE, "a", added=2), Part(THERE, "b", added=3)
    after = counting.taken([here, there], here, 3)
    assert (after.gone, after.others) == (2, {THERE: ("b", 1)})


def test_the_same_piece_taken_out_in_both_regions_is_one_piece() -> None:
    here, there = Part(HERE, "a", added=2), Part(THERE, "b")
    after = counting.taken([here, there], here, 2)
    also = counting.taken([here, there], there, 2)
    assert counting.units([after, also]) == 0
    assert counting.units([replace(after, added=3), also]) == 1


def test_a_count_that_began_anew_owes_nothing() -> None:
    there = Part(THERE, "b", others={HERE: ("a", 2)})
    assert counting.units([Part(HERE, "later", added=2), there]) == 2


def test_no_more_is_taken_than_is_there() -> None:
    here = Part(HERE, "a", added=2)
    with pytest.raises(ValueError, match="fewer"):
        counting.taken([here], here, 3)


# --- a model of two regions with replication lag (RELIABILITY.md §3.7) -----------------------------


@dataclass
class Region:
    """What one region has written, with the time of each version."""

    name: str
    written: list[tuple[float, Part]] = field(default_factory=list)

    def at(self, time: float) -> list[Part]:
        return [part for when, part in self.written if when <= time][-1:]

    def view(self, time: float, other: Region, lag: float) -> tuple[Part, list[Part]]:
        own = next(iter(self.at(time)), Part(self.name, self.name))
        return own, [own, *other.at(time - lag)]


def change(own: Part, parts: list[Part], deed: str) -> Part:
    if deed == "add":
        return replace(own, added=own.added + 1)
    there = counting.units(parts)
    return counting.taken(parts, own, there if deed == "remove" else min(1, there))


def shop_around(seed: int, sticky: bool, longest_lag: float) -> tuple[int, int]:
    """Ten deeds at one line, 30 % of them in the other region. What is in the cart, and what should be."""
    dice = random.Random(seed)
    regions, expected = [Region(HERE), Region(THERE)], 0
    for time in range(10):
        elsewhere = dice.random() < 0.3 and not sticky
        here, other = regions[::-1] if elsewhere else regions
        own, parts = here.view(time, other, dice.uniform(0, longest_lag))
        deed = dice.choice(["add", "add", "one less", "remove"])
        here.written.append((time, change(own, parts, deed)))
        expected = {"add": expected + 1, "one less": max(0, expected - 1), "remove": 0}[deed]
    return counting.units(regions[0].at(99) + regions[1].at(99)), expected


@pytest.mark.parametrize("lag", [1.5, 30.0])
def test_lag_loses_no_piece(lag: float) -> None:
    carts = [shop_around(seed, sticky=False, longest_lag=lag) for seed in range(600)]
    assert sum(max(0, expected - found) for found, expected in carts) == 0
    assert any(found > expected for found, expected in carts)  # removed pieces that come back are the price


def test_carts_of_one_region_are_exact() -> None:
    carts = [shop_around(seed, sticky=True, longest_lag=30.0) for seed in range(600)]
    assert all(found == expected for found, expected in carts)


# --- in the table -------------------------------------------------------------------------------


@contextmanager
def region(app: Flask, name: str) -> Iterator[None]:
    """The shop as another region serves it, from tables that have heard of everything."""
    before = shop()
    app.extensions["shop"] = replace(before, settings=replace(before.settings, dynamodb_region=name))
    yield
    app.extensions["shop"] = before


def put(number: int) -> None:
    assert items.write(items.read(CART, LINE).adding(CHAIR, number))


def expire(name: str) -> None:
    own = CartLine.get(CART, f"{LINE}#{name}")
    own.update(actions=[CartLine.expires_at.set(now() - timedelta(minutes=1))])


def quantities() -> list[int]:
    return [line.quantity for line in operations.lines(CART)]


@pytest.fixture
def both(app: Flask) -> Flask:
    """Two pieces that were added here, three in the other region."""
    put(2)
    with region(app, THERE):
        put(3)
    return app


def test_each_region_writes_its_own_item(both: Flask) -> None:
    assert sorted(item.region for item in CartLine.scan()) == [THERE, HERE]
    assert quantities() == [5]


def test_one_less_may_be_of_another_region(both: Flask) -> None:
    for _ in range(4):
        operations.change(CART, LINE, -1)
    assert quantities() == [1]


def test_removing_takes_out_what_others_added(both: Flask) -> None:
    assert operations.remove(CART, LINE).quantity == 5
    assert quantities() == []


def test_what_is_added_after_a_removal_counts(both: Flask) -> None:
    operations.remove(CART, LINE)
    with region(both, THERE):
        put(1)
    assert quantities() == [1]


def test_a_line_that_only_others_wrote_can_be_changed_and_removed(app: Flask) -> None:
    with region(app, THERE):
        put(3)
    operations.change(CART, LINE, -1)
    operations.change(CART, LINE, 2)
    assert quantities() == [4]
    operations.remove(CART, LINE)
    assert quantities() == []


def test_pieces_of_before_there_were_regions_count(app: Flask) -> None:
    old = CartLine(CART, LINE, product="fjord", selection={}, added=2, unit_price=1, currency="EUR")
    old.added_at, old.expires_at = now(), now() + timedelta(days=1)
    old.save()
    put(1)
    operations.change(CART, LINE, -2)
    assert quantities() == [1]


def test_a_count_of_an_item_that_expired_begins_anew(both: Flask) -> None:
    expire(HERE)
    put(1)
    assert quantities() == [4]


def test_what_was_taken_out_stays_out_when_the_item_that_said_so_expires(both: Flask) -> None:
    operations.remove(CART, LINE)
    with region(both, THERE):
        put(1)
    expire(HERE)
    assert quantities() == [1]


def test_what_is_said_of_a_line_is_what_was_said_last(both: Flask) -> None:
    operations.reprice(CART, LINE, 50000)
    assert operations.find(CART, LINE).unit_price == 50000
