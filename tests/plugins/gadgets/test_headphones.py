from __future__ import annotations

from plugins.gadgets.headphones import HEADPHONES
from tests.plugins.gadgets.shop import amounts, configured


def test_it_works() -> None:
    assert configured(HEADPHONES).orderable


def test_open_cups_cannot_cancel_noise_and_the_fix_helps() -> None:
    (problem,) = configured(HEADPHONES, cups="open", quiet="on").problems
    assert configured(HEADPHONES, quiet="on", cups=str(problem.fix["cups"])).orderable


def test_knit_cushions_cannot_cancel_noise_and_the_fix_helps() -> None:
    (problem,) = configured(HEADPHONES, pads="knit", quiet="on").problems
    assert configured(HEADPHONES, quiet="on", pads=str(problem.fix["pads"])).orderable


def test_the_studio_set_is_cheaper() -> None:
    lines = amounts(configured(HEADPHONES, cups="open", microphone="boom"))
    assert lines["Studio set"] == -1725


def test_half_a_studio_set_is_not() -> None:
    assert "Studio set" not in amounts(configured(HEADPHONES, microphone="boom"))


def test_two_initials_are_paid() -> None:
    assert configured(HEADPHONES, price=10_000, initials="AB").total == 10_800


def test_the_third_initial_is_free() -> None:
    assert configured(HEADPHONES, price=10_000, initials="ABC").total == 10_800


def test_initials_are_letters() -> None:
    assert configured(HEADPHONES, initials="A1").errors
