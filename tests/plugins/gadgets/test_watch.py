from __future__ import annotations

from plugins.gadgets.watch import WATCH
from tests.plugins.gadgets.shop import amounts, configured


def test_it_works() -> None:
    assert configured(WATCH).orderable


def test_rubber_in_a_leather_colour_is_refused_and_the_fix_helps() -> None:
    (problem,) = configured(WATCH, strap="rubber", strap_colour="cognac").problems
    assert "rubber strap" in problem.message
    assert configured(WATCH, strap="rubber", strap_colour=str(problem.fix["strap-colour"])).orderable


def test_leather_comes_in_every_colour() -> None:
    assert configured(WATCH, strap="leather", strap_colour="cognac").orderable


def test_a_gold_bracelet_is_refused_and_the_fix_helps() -> None:
    (problem,) = configured(WATCH, strap="bracelet", case="gold").problems
    assert configured(WATCH, case="gold", strap=str(problem.fix["strap"])).orderable


def test_a_glass_back_cannot_be_engraved() -> None:
    (problem,) = configured(WATCH, back="glass", engraving="ANNA").problems
    assert configured(WATCH, engraving="ANNA", back=str(problem.fix["back"])).orderable


def test_a_glass_back_without_engraving_is_fine() -> None:
    assert configured(WATCH, back="glass").orderable


def test_engraving_is_paid_by_the_letter_and_set_up_once() -> None:
    lines = amounts(configured(WATCH, price=30_000, engraving="TO ANNA"))
    assert lines["Engraving: “TO ANNA”"] == 6 * 150
    assert lines["Setting up the engraving"] == 900


def test_setting_up_is_free_on_a_dear_watch() -> None:
    assert "Setting up the engraving" not in amounts(configured(WATCH, price=44_900, engraving="ANNA"))


def test_nothing_is_set_up_without_an_engraving() -> None:
    assert configured(WATCH, price=30_000).total == 30_000


def test_a_spare_strap_of_another_kind_is_cheaper() -> None:
    lines = amounts(configured(WATCH, strap="bracelet", spare="leather"))
    assert lines["Two-strap set"] == -1380


def test_a_spare_strap_of_the_same_kind_is_not() -> None:
    assert "Two-strap set" not in amounts(configured(WATCH, strap="leather", spare="leather"))


def test_an_engraving_too_long_for_the_back_is_refused() -> None:
    assert configured(WATCH, engraving="x" * 25).errors
