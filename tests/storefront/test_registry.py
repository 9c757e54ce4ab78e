"""The registry: what stops start-up, and that it says who."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from storefront.plugin_api import Attribute, Choice, Measure, Pick, Plugin, ProductType, Stretch, Viewer
from storefront.registry import PluginError, Registry, build, discover, seeds

CHAIR = ProductType("stool", "Stool", "Stools", options=(Pick("legs", "Legs", (Choice("oak", "Oak"),)),))
PLUGIN = Plugin("stools", "Stools", "Small seats", (CHAIR,))


def registered(*plugins: Plugin) -> Registry:
    points = [EntryPoint(p.name, "storefront:plugin", "storefront.plugins") for p in plugins]
    return build(zip(points, plugins, strict=True))


def with_options(*options: Pick | Measure) -> Plugin:
    return replace(PLUGIN, product_types=(replace(CHAIR, options=options),))


def with_viewer(viewer: Viewer) -> Plugin:
    return replace(PLUGIN, product_types=(replace(CHAIR, viewer=viewer),))


def with_sides(*attributes: Attribute) -> Plugin:
    return replace(PLUGIN, product_types=(replace(CHAIR, attributes=attributes),))


def with_facet(label: str, name: str) -> Plugin:
    facet = Attribute("seats", label, facet=True)
    return replace(PLUGIN, name=name, product_types=(replace(CHAIR, name=name, attributes=(facet,)),))


def test_it_works() -> None:
    owner = registered(PLUGIN).owner("stool")
    assert owner is not None
    assert owner.plugin is PLUGIN


def test_an_unknown_type_has_no_owner() -> None:
    assert registered(PLUGIN).owner("sofa") is None


def test_the_installed_plugins_pass() -> None:
    assert {"furniture", "gadgets", "fashion"} <= set(discover().plugins)


@pytest.mark.parametrize("name", ["furniture", "gadgets", "fashion"])
def test_each_plugin_brings_three_types_and_eight_goods(name: str) -> None:
    registry = discover()
    assert len(registry.plugins[name].product_types) >= 3
    assert len([seed for plugin, seed in seeds(registry) if plugin.name == name]) >= 8


@pytest.mark.parametrize(
    ("plugins", "told"),
    [
        ((PLUGIN, PLUGIN), "both called 'stools'"),
        ((PLUGIN, replace(PLUGIN, name="other")), "claimed by stools and other"),
        ((replace(PLUGIN, api="2.0"),), "plugin stools needs plugin API 2.0"),
        ((replace(PLUGIN, name="Stools!"),), "must be lower-case"),
        ((with_options(Pick("legs", "Legs", (Choice("a", "A"),), "b")),), "no choice 'b'"),
        ((with_options(Pick("legs", "Legs", ())),), "needs choices"),
        ((with_options(Pick("total", "Total", (Choice("a", "A"),))),), "reserved"),
        ((with_options(Measure("width", "Width", 10, 20, 13, 5)),), "not one of its steps"),
        (
            (with_options(Measure("width", "Width", 10, 20, 10, effects=(Stretch("n", "x", "height"),))),),
            "stretches by 'height'",
        ),
        (
            (replace(PLUGIN, product_types=(replace(CHAIR, viewer=Viewer("x-y", "gone.js")),)),),
            "gone.js is missing",
        ),
        ((with_sides(Attribute("wide", "Wide", unit="kg", measures="width")),), "'wide' measures the width"),
        (
            (with_sides(*(Attribute(key, key, unit="cm", measures="height") for key in ("a", "b"))),),
            "'a' and 'b' both measure the height",
        ),
        ((with_facet("Seats", "one"), with_facet("Places", "two")), "'Places' here and 'Seats' in one"),
    ],
)
def test_what_cannot_be_used_stops_the_start_and_says_who(plugins: tuple[Plugin, ...], told: str) -> None:
    with pytest.raises(PluginError, match=told.replace("(", r"\(")):
        registered(*plugins)
