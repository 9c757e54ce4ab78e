"""Configuring: complete, check, price, and tell the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storefront.configure import Parts, Subject, configure
from storefront.plugin_api import (
    Choice,
    Material,
    Measure,
    Paint,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Show,
    Stretch,
    Text,
    Variant,
)

OAK_WIDE = Problem("Oak boards end at 180 cm.", ("top", "width"), {"top": "steel"}, "Use steel")

WIDER = Stretch("frame", "x", "width", 0.1)


def no_wide_oak(selection: Selection) -> Iterator[Problem]:
    if selection["top"] == "oak" and int(selection["width"]) > 180:
        yield OAK_WIDE


def set_price(selection: Selection, subtotal: int) -> Iterator[PriceLine]:
    if selection["text"]:
        yield PriceLine("Tenth off engraved desks", -subtotal // 10)


DESK = ProductType(
    "desk",
    "Desk",
    "Desks",
    options=(
        Pick(
            "top",
            "Top",
            (
                Choice("oak", "Oak", (Show("top-oak"), Paint("edge", Material("#aa7744")))),
                Choice("steel", "Steel", (Show("top-steel"),), surcharge=5000),
            ),
        ),
        Measure(
            "width", "Width", 120, 240, 140, 20, surcharge=100, effects=(Stretch("frame", "x", "width", 0.1),)
        ),
        Text("text", "Engraving", 8, surcharge=200),
    ),
    rules=(no_wide_oak,),
    price_rules=(set_price,),
)
PRODUCT = Subject("Desk", 40_000)


def test_it_works() -> None:
    configuration = configure(DESK, PRODUCT, {})
    assert configuration.selection == {"top": "oak", "width": 140, "text": ""}
    assert configuration.total == 40_000
    assert configuration.orderable


def test_surcharges_are_lines_with_their_labels() -> None:
    configuration = configure(DESK, PRODUCT, {"top": "steel", "width": "160"})
    assert [(line.label, line.amount) for line in configuration.lines] == [
        ("Desk", 40_000),
        ("Top: Steel", 5_000),
        ("Width: 160 cm", 2_000),
    ]


def test_a_price_rule_sees_the_subtotal() -> None:
    configuration = configure(DESK, PRODUCT, {"text": "A B"})
    assert configuration.total == 40_400 - 4_040


def test_spaces_of_a_text_are_free() -> None:
    assert configure(DESK, PRODUCT, {"text": "A B"}).lines[1].amount == 400


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"top": "gold"}, "no such choice"),
        ({"width": "130"}, "in steps of 20"),
        ({"width": "260"}, "from 120 to 240 cm"),
        ({"width": "1e2"}, "whole number"),
        ({"text": "123456789"}, "at most 8"),
        ({"text": "<b>"}, "can't make"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_and_replaced(given: dict[str, str], told: str) -> None:
    configuration = configure(DESK, PRODUCT, given)
    assert told in configuration.errors[0]
    assert configuration.selection == configure(DESK, PRODUCT, {}).selection
    assert not configuration.orderable


def test_a_forbidden_combination_is_kept_and_explained() -> None:
    configuration = configure(DESK, PRODUCT, {"width": "200"})
    assert configuration.problems == (OAK_WIDE,)
    assert configuration.selection["width"] == 200
    assert not configuration.orderable


def test_a_choice_that_would_clash_says_so_before_it_is_chosen() -> None:
    configuration = configure(DESK, PRODUCT, {"top": "steel", "width": "200"})
    oak, steel = configuration.states[0].choices
    assert (oak.blocked, steel.blocked) == (OAK_WIDE, None)
    assert configuration.orderable


def test_the_fix_of_a_problem_solves_it() -> None:
    assert configure(DESK, PRODUCT, {"width": "200", **OAK_WIDE.fix}).orderable


def test_only_changed_values_are_in_the_address() -> None:
    assert configure(DESK, PRODUCT, {"top": "oak", "width": "160"}).changed == {"width": 160}


def test_equal_selections_have_equal_keys() -> None:
    one = configure(DESK, PRODUCT, {"top": "steel", "width": "160"})
    other = configure(DESK, PRODUCT, {"width": "160", "top": "steel", "utm_source": "mail"})
    assert one.key == other.key
    assert one.key != configure(DESK, PRODUCT, {}).key


def test_effects_tell_the_viewer_what_to_show_hide_and_stretch() -> None:
    effects = configure(DESK, PRODUCT, {"width": "180"}).effects
    assert effects[0] == {"kind": "show", "node": "top-oak", "hides": ["top-steel"]}
    assert effects[1]["material"]["color"] == "#aa7744"
    assert effects[2] == {"kind": "stretch", "node": "frame", "axis": "x", "grow": 0.4, "keep": 0.1}
    assert effects[3] == {"kind": "text", "option": "text", "value": ""}


def test_the_products_own_defaults_replace_the_types() -> None:
    configuration = configure(DESK, replace(PRODUCT, defaults={"width": 160}), {"width": "180"})
    assert configuration.lines[1].amount == 2_000
    assert next(e for e in configuration.effects if e["kind"] == "stretch")["grow"] == 0.2


def test_an_option_that_the_model_cannot_show_is_not_offered() -> None:
    parts = Parts(nodes=frozenset({"frame"}), materials=frozenset(), variants=())
    configuration = configure(DESK, replace(PRODUCT, parts=parts), {})
    assert [state.option.key for state in configuration.states] == ["width", "text"]


def test_rules_still_see_options_that_are_not_offered() -> None:
    parts = Parts(nodes=frozenset({"frame"}))
    assert configure(DESK, replace(PRODUCT, parts=parts), {"width": "200"}).problems == (OAK_WIDE,)


def test_the_variants_of_a_model_become_an_option() -> None:
    parts = Parts(variants=("navy", "grey"))
    configuration = configure(DESK, replace(PRODUCT, parts=parts), {"variant": "grey"})
    state = configuration.states[-1]
    assert (state.option.key, state.value, state.label) == ("variant", "grey", "Grey")
    assert configuration.effects[-1] == {"kind": "variant", "name": "grey"}


def test_a_type_that_chooses_variants_itself_gets_no_second_option() -> None:
    own = Pick(
        "finish", "Finish", (Choice("a", "A", (Variant("navy"),)), Choice("b", "B", (Variant("grey"),)))
    )
    parts = Parts(variants=("navy", "grey"))
    configuration = configure(
        replace(DESK, options=(own,), rules=(), price_rules=()), replace(PRODUCT, parts=parts), {}
    )
    assert [state.option.key for state in configuration.states] == ["finish"]
