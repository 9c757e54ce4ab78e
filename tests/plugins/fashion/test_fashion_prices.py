from __future__ import annotations

from tests.plugins.fashion.atelier import TYPES, added, configured


def test_plain_goods_cost_their_price() -> None:
    totals = {kind: configured(kind, 10_000).total for kind in TYPES}
    assert totals == dict.fromkeys(TYPES, 10_000)


def test_a_choice_adds_its_surcharge() -> None:
    assert list(added("sneaker", fastening="straps").values()) == [900]


def test_initials_are_charged_by_the_letter() -> None:
    assert list(added("sneaker", initials="ABC").values()) == [1200]


def test_the_wide_last_costs_a_tenth_of_everything() -> None:
    lines = added("sneaker", 10_000, fastening="straps", last="wide")
    assert lines["Made on the wide last (+10 %)"] == 1090


def test_plate_and_quick_laces_are_cheaper_together() -> None:
    assert added("runner", plate="carbon", lacing="quick")["Race-day set"] == -1500


def test_a_plate_alone_is_no_set() -> None:
    assert "Race-day set" not in added("runner", plate="carbon")


def test_a_longer_bag_is_charged_by_the_centimetre_and_for_the_cut() -> None:
    assert list(added("weekender", 20_000, length=54).values()) == [2400, 1792]


def test_a_shorter_bag_is_charged_for_the_cut() -> None:
    assert added("weekender", 20_000, length=46)["Cut to your length (+8 %)"] > 0


def test_the_third_letter_on_a_tote_is_free() -> None:
    assert sum(added("tote", monogram="ABC").values()) == sum(added("tote", monogram="AB").values()) == 1400


def test_a_hat_beyond_the_stock_sizes_is_blocked_to_order() -> None:
    assert added("hat", 10_000, head=63) == {"Blocked to your head (+12 %)": 1200}


def test_a_hat_in_a_stock_size_is_not() -> None:
    assert added("hat", head=61) == {}


def test_engraving_comes_with_the_chain() -> None:
    assert sum(added("sunglasses", chain="gold", engraving="ANNA").values()) == 2900


def test_engraving_alone_is_charged() -> None:
    assert sum(added("sunglasses", engraving="ANNA").values()) == 600


def test_the_first_five_letters_in_a_ring_are_free() -> None:
    assert sum(added("ring", engraving="ANNA").values()) == 0


def test_the_sixth_letter_in_a_ring_is_charged() -> None:
    assert sum(added("ring", engraving="ALWAYS").values()) == 250


def test_platinum_costs_a_fifth_more() -> None:
    assert added("ring", 100_000, metal="platinum")["Platinum instead of gold (+20 %)"] == 20_000
