from __future__ import annotations

import pytest

from plugins.furniture.choices import percent
from tests.plugins.furniture.showroom import amounts, configured


def test_a_choice_has_a_surcharge() -> None:
    assert amounts(configured("sofa", legs="walnut")) == {"Legs: Walnut": 6000}


def test_a_sofa_costs_more_for_each_centimetre() -> None:
    assert amounts(configured("sofa", width=230)) == {"Width: 230 cm": 6500}


def test_a_narrow_sofa_costs_as_much_as_the_standard_one() -> None:
    assert amounts(configured("sofa", width=180)) == {}


def test_velvet_costs_more_for_each_centimetre_over_the_standard_width() -> None:
    assert amounts(configured("sofa", width=230, fabric="forest"))["More velvet, 10 cm"] == 2400


def test_wool_costs_nothing_more_over_the_standard_width() -> None:
    assert "More velvet, 10 cm" not in amounts(configured("sofa", width=230, fabric="sage"))


def test_a_chaise_in_velvet_costs_twelve_percent_more_than_in_wool() -> None:
    lines = amounts(configured("sofa", extra="chaise-left", fabric="blush"))
    assert lines["Velvet for the extra piece"] == 6480


@pytest.mark.parametrize(("count", "total"), [("1", 30_000), ("2", 57_600), ("4", 110_400), ("6", 158_400)])
def test_a_set_of_chairs_costs_less_for_each(count: str, total: int) -> None:
    assert configured("chair", price=30_000, set=count).total == total


def test_a_set_multiplies_what_the_choices_cost() -> None:
    assert configured("chair", price=30_000, set="2", wood="walnut").total == (30_000 + 9000) * 2 * 96 // 100


def test_a_long_table_comes_by_two_carriers() -> None:
    assert amounts(configured("table", length=245, base="steel"))["Delivery by two carriers"] == 7900


def test_a_wider_shelf_costs_more_for_each_board() -> None:
    assert amounts(configured("shelf", width=100))["5 boards, 10 cm longer"] == 3000


def test_fewer_rows_cost_less() -> None:
    assert configured("shelf", rows="2").total == 100_000 - 2 * 11_500


def test_a_dimmer_with_its_bulb_is_ten_euros_less() -> None:
    assert configured("lamp", switch="dimmer", bulb="warm").total == 100_000 + 2400 + 1200 - 1000


@pytest.mark.parametrize(("amount", "share", "cents"), [(1050, 5, 53), (1049, 5, 52), (0, 12, 0)])
def test_a_percentage_is_rounded_to_the_nearest_cent(amount: int, share: int, cents: int) -> None:
    assert percent(amount, share) == cents
