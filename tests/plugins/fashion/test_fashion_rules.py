from __future__ import annotations

import pytest

from tests.plugins.fashion.atelier import TYPES, clash, configured


@pytest.mark.parametrize("kind", TYPES)
def test_what_comes_first_can_be_ordered(kind: str) -> None:
    assert configured(kind).orderable


def test_straps_are_not_made_in_44() -> None:
    assert clash("sneaker", fastening="straps", size="44") == ("fastening", "size")


def test_straps_are_made_in_43() -> None:
    assert clash("sneaker", fastening="straps", size="43") == ()


def test_initials_do_not_hold_on_the_reflective_heel() -> None:
    assert clash("sneaker", initials="AB", heel="reflective") == ("initials", "heel")


def test_the_reflective_heel_goes_without_initials() -> None:
    assert clash("sneaker", heel="reflective") == ()


def test_the_carbon_plate_ends_at_45() -> None:
    assert clash("runner", plate="carbon", size="46") == ("plate", "size")


def test_a_long_bag_needs_a_strap() -> None:
    assert clash("weekender", length=58) == ("length", "strap")


def test_a_long_bag_with_a_strap_is_fine() -> None:
    assert clash("weekender", length=58, strap="leather") == ()


def test_a_monogram_needs_a_tag() -> None:
    assert clash("weekender", monogram="AB") == ("monogram", "tag")


def test_a_tassel_on_short_handles_hides_the_monogram() -> None:
    assert clash("tote", monogram="AB", charm="tassel") == ("charm", "monogram", "handles")


def test_a_tassel_on_long_handles_hides_nothing() -> None:
    assert clash("tote", monogram="AB", charm="tassel", handles="long") == ()


def test_silk_linings_end_at_60_centimetres() -> None:
    assert clash("hat", lining="silk", head=61) == ("lining", "head")


def test_progressive_lenses_take_no_mirror() -> None:
    assert clash("sunglasses", lenses="silver", prescription="progressive") == ("lenses", "prescription")


def test_a_chain_leaves_little_room_for_engraving() -> None:
    assert clash("sunglasses", chain="gold", engraving="FOR MARIANNE") == ("chain", "engraving")


def test_an_emerald_needs_a_bezel() -> None:
    assert clash("ring", stone="emerald", setting="claws") == ("stone", "setting")


def test_a_small_ring_has_room_for_few_letters() -> None:
    assert clash("ring", size="48", engraving="FOREVER AND A DAY") == ("engraving", "size")


def test_a_large_ring_has_room_for_more_letters() -> None:
    assert clash("ring", size="58", engraving="FOREVER AND A DAY") == ()


def test_initials_are_capital_letters() -> None:
    assert configured("sneaker", initials="a1").errors != ()
