from __future__ import annotations

from storefront.configure import Configuration, Subject, configure
from storefront.plugin_api import Value
from tests.plugins.furniture.showroom import TYPES, configured


def fixed(kind: str, configuration: Configuration) -> Configuration:
    """The configuration after a click on the first problem's fix."""
    selection: dict[str, Value] = {**configuration.selection, **configuration.problems[0].fix}
    return configure(TYPES[kind], Subject("It", 100_000), selection)


def refused(kind: str, **given: Value) -> str:
    """What the shopper reads about this selection; its fix must make it orderable."""
    configuration = configure(TYPES[kind], Subject("It", 100_000), given)
    assert fixed(kind, configuration).orderable
    return configuration.problems[0].message


def test_a_wide_sofa_needs_the_steel_legs() -> None:
    assert "middle leg" in refused("sofa", width=245, legs="oak")


def test_a_sofa_of_240_stands_on_wood() -> None:
    assert configured("sofa", width=240, legs="oak").orderable


def test_a_short_sofa_has_no_room_for_a_chaise() -> None:
    assert "too little room" in refused("sofa", width=195, extra="chaise-left")


def test_a_short_sofa_may_have_a_footstool() -> None:
    assert configured("sofa", width=180, extra="footstool").orderable


def test_walnut_is_not_sold_where_it_cannot_be_seen() -> None:
    assert "black steel" in refused("armchair", base="swivel", wood="walnut")


def test_a_long_table_needs_the_beam() -> None:
    assert "sags" in refused("table", length=260, base="wood")


def test_a_stone_top_ends_with_the_slab() -> None:
    assert "single slab" in refused("coffee-table", top="stone", oval_length=130)


def test_six_rows_need_the_cabinet() -> None:
    assert "weight of the cabinet" in refused("shelf", rows="6", cabinet="open")


def test_doors_have_a_widest() -> None:
    assert "sag" in refused("shelf", cabinet="doors", width=130)


def test_two_clashes_of_a_shelf_are_mended_one_after_the_other() -> None:
    wide_open = configured("shelf", rows="6", cabinet="open", width=130)
    assert fixed("shelf", fixed("shelf", wide_open)).orderable


def test_the_plain_bulb_is_not_sold_with_a_dimmer() -> None:
    assert "flickers" in refused("lamp", switch="dimmer", bulb="led")


def test_every_fix_names_options_of_its_type() -> None:
    clashes = (
        ("sofa", configured("sofa", width=280, legs="oak")),
        ("table", configured("table", length=280)),
        ("shelf", configured("shelf", rows="6", cabinet="open")),
    )
    for kind, configuration in clashes:
        keys = {option.key for option in TYPES[kind].options}
        assert {*configuration.problems[0].fix, *configuration.problems[0].options} <= keys
