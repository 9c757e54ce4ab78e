from __future__ import annotations

from plugins.gadgets.speaker import SPEAKER
from tests.plugins.gadgets.shop import amounts, configured


def test_it_works() -> None:
    assert configured(SPEAKER).orderable


def test_a_battery_on_brass_cones_is_refused_and_the_fix_helps() -> None:
    (problem,) = configured(SPEAKER, power="battery", feet="brass").problems
    assert configured(SPEAKER, power="battery", feet=str(problem.fix["feet"])).orderable


def test_a_battery_in_wool_is_refused_and_the_fix_helps() -> None:
    (problem,) = configured(SPEAKER, power="battery", weave="wool").problems
    assert configured(SPEAKER, power="battery", weave=str(problem.fix["weave"])).orderable


def test_the_second_speaker_costs_85_percent_with_its_options() -> None:
    lines = amounts(configured(SPEAKER, price=10_000, count="two", weave="wool"))
    assert lines["Second speaker, 15 % off"] == (10_000 + 2_500) * 85 // 100


def test_one_speaker_has_no_second() -> None:
    assert configured(SPEAKER, price=10_000).total == 10_000


def test_matched_veneer_is_a_share_of_the_pair() -> None:
    lines = amounts(configured(SPEAKER, price=17_000, count="two", cabinet="walnut"))
    assert lines["Veneer matched across the pair"] == (20_000 + 17_000) * 5 // 100


def test_an_oak_pair_is_not_matched() -> None:
    assert len(amounts(configured(SPEAKER, count="two", cabinet="oak"))) == 2
