"""What delivery costs, when it comes, and how much of a price is tax."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from storefront.checkout.delivery import Rate, TableCarrier, after
from storefront.checkout.lines import LineItem
from storefront.checkout.tax import InclusiveVat
from tests.storefront.tills import item

FRIDAY = date(2026, 1, 2)
SHOES = item()
RING = replace(SHOES, size_cm=(3.0, 3.0, 2.0), grams=120)
SOFA = replace(SHOES, size_cm=(210.0, 95.0, 80.0), grams=64_000, lead_days=20)


def rates(*lines: LineItem, country: str = "DE") -> tuple[Rate, ...]:
    return TableCarrier().rates(lines, {"country": country, "postcode": "1000"}, FRIDAY)


def standard(*lines: LineItem, country: str = "DE") -> Rate:
    return rates(*lines, country=country)[0]


def test_a_small_thing_travels_in_the_smallest_box() -> None:
    assert standard(RING).parcels == ("small, 0.1 kg",)


def test_what_fits_together_is_one_parcel() -> None:
    assert standard(SHOES, replace(RING, units=3)).parcels == ("medium, 1.3 kg",)


def test_what_is_too_heavy_for_one_box_takes_two() -> None:
    heavy = replace(RING, grams=20_000, units=2)
    assert standard(heavy).parcels == ("large, 20.0 kg", "large, 20.0 kg")


def test_thousands_of_pieces_are_packed_at_once() -> None:
    begun = time.process_time()
    assert len(standard(*[replace(RING, units=99)] * 100).parcels) == 38
    assert time.process_time() - begun < 1


def test_what_takes_very_many_parcels_has_no_rate() -> None:
    assert len(standard(replace(SOFA, units=99), replace(SOFA, units=99)).parcels) == 198
    assert rates(*[replace(SOFA, units=99)] * 4) == ()


def test_a_sofa_comes_by_van_and_not_by_express() -> None:
    (only,) = rates(SOFA)
    assert (only.title, only.parcels) == ("By van, to your room", ("freight, 64.0 kg",))


def test_a_thing_of_unknown_size_is_judged_by_its_weight() -> None:
    assert standard(replace(SHOES, size_cm=None, grams=30_000)).parcels == ("large, 30.0 kg",)


def test_a_longer_way_costs_more() -> None:
    prices = [standard(SHOES, country=country).amount for country in ("DE", "FR", "IT", "CH", "US")]
    assert prices == sorted(set(prices))


def test_nobody_delivers_to_where_there_is_no_zone() -> None:
    assert rates(SHOES, country="AQ") == ()


def test_dates_count_lead_time_and_way_in_working_days() -> None:
    soon = standard(replace(SHOES, lead_days=1))  # ready on Monday
    assert (soon.earliest, soon.latest) == (date(2026, 1, 6), date(2026, 1, 7))


def test_what_takes_longest_decides_the_date() -> None:
    assert standard(SHOES, SOFA).earliest > standard(SHOES).latest


def test_a_weekend_is_no_working_day() -> None:
    assert after(FRIDAY, 1) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("country", "postcode", "gross", "tax"),
    [
        ("DE", "10115", 11_900, 1_900),
        ("DE", "10115", 1, 0),
        ("FI", "00100", 12_550, 2_550),
        ("FR", "75001", 9_999, 1_667),
        ("ES", "35001", 9_999, 0),
        ("CH", "8000", 9_999, 0),
    ],
)
def test_vat_is_what_a_price_contains(country: str, postcode: str, gross: int, tax: int) -> None:
    assert InclusiveVat().tax(gross, {"country": country, "postcode": postcode}).amount == tax


def test_the_rate_is_named_as_people_write_it() -> None:
    assert InclusiveVat().tax(100, {"country": "FI"}).label == "Includes 25.5 % VAT"


def test_what_leaves_the_union_says_that_taxes_may_come() -> None:
    assert "import taxes" in InclusiveVat().tax(100, {"country": "US"}).label


def test_rates_can_be_read_before_anything_is_bought(app: Flask) -> None:
    page = app.test_client().get("/delivery")
    assert "public" in page.headers["Cache-Control"]
    assert "Germany" in page.text
    assert "€4.90" in page.text
