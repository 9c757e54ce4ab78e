from __future__ import annotations

from plugins.gadgets.keyboard import KEYBOARD
from tests.plugins.gadgets.shop import amounts, configured


def test_it_works() -> None:
    assert configured(KEYBOARD).orderable


def test_quiet_clicks_are_refused_and_the_fix_helps() -> None:
    (problem,) = configured(KEYBOARD, switches="clicky", damping="quiet").problems
    assert configured(KEYBOARD, damping="quiet", switches=str(problem.fix["switches"])).orderable


def test_wireless_brass_is_refused_and_the_fix_helps() -> None:
    (problem,) = configured(KEYBOARD, plate="brass", link="wireless").problems
    assert configured(KEYBOARD, link="wireless", plate=str(problem.fix["plate"])).orderable


def test_the_typists_set_costs_a_tenth_less() -> None:
    lines = amounts(configured(KEYBOARD, price=10_000, plate="brass", damping="quiet", cable="coiled"))
    assert lines["Typist's set, 10 % off"] == -1660


def test_two_thirds_of_the_set_cost_in_full() -> None:
    assert configured(KEYBOARD, price=10_000, plate="brass", damping="quiet").total == 14_700


def test_a_violet_coil_is_dyed_to_order() -> None:
    lines = amounts(configured(KEYBOARD, cable="coiled", caps="midnight"))
    assert lines["Cable dyed to order"] == 600


def test_a_straight_cable_is_in_stock() -> None:
    assert "Cable dyed to order" not in amounts(configured(KEYBOARD, caps="midnight"))
