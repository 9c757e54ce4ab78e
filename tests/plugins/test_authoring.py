"""A new plugin from the command line works as it is written, and what is wrong with one is said."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storefront import authoring
from storefront.conformance import faults
from storefront.plugin_api import (
    Choice,
    Pick,
    Plugin,
    PriceLine,
    Problem,
    ProductType,
    SeedProduct,
    Selection,
)
from storefront.registry import PluginError, discover

LEGS = Pick("legs", "Legs", (Choice("oak", "Oak"), Choice("steel", "Steel")))
SEAT = ProductType("seat", "Seat", "Seats", options=(LEGS,))
TOOL = (sys.executable, "-m", "storefront")


def judged(kind: ProductType, seed: Callable[[], Iterable[SeedProduct]] = tuple) -> str:
    return " ".join(faults(Plugin("seats", "Seats", "", (kind,), seed=seed), "plugins.furniture"))


def steel_is_refused(fix: str) -> ProductType:
    def rule(selection: Selection) -> Iterator[Problem]:
        if selection["legs"] == "steel":
            yield Problem("No steel.", ("legs",), {"legs": fix}, "Use oak")

    return replace(SEAT, rules=(rule,))


def test_a_new_plugin_passes_its_own_tests(tmp_path: Path) -> None:
    done = subprocess.run([*TOOL, "new-plugin", "herbs"], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "herbs"
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    run = (sys.executable, "-m", "pytest", "-q", "--rootdir", folder, "-p", "no:cacheprovider", folder)
    tested = subprocess.run(run, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)
    assert "2 passed" in tested.stdout, tested.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    authoring.create("herbs", tmp_path)
    with pytest.raises(PluginError, match="is there already"):
        authoring.create("herbs", tmp_path)


@pytest.mark.parametrize("name", ["", "Herbs", "../herbs", "two-words", "1st"])
def test_a_name_that_can_not_be_imported_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PluginError, match="no name for a plugin"):
        authoring.create(name, tmp_path)


def test_what_comes_with_the_shop_keeps_its_promises() -> None:
    registry = discover()
    found = {name: faults(plugin, registry.packages[name]) for name, plugin in registry.plugins.items()}
    assert found == dict.fromkeys(registry.plugins, ())


def test_a_sound_type_has_no_faults() -> None:
    assert judged(steel_is_refused("oak")) == ""


def test_a_fix_that_mends_nothing_is_said() -> None:
    assert "isn't mended by its own fix" in judged(steel_is_refused("steel"))


def test_a_rule_that_raises_is_said() -> None:
    def rule(selection: Selection) -> Iterator[Problem]:
        yield from selection["wheels"]  # type: ignore[misc]

    assert "raises KeyError for the defaults" in judged(replace(SEAT, rules=(rule,)))


def test_a_price_below_nothing_is_said() -> None:
    def price(_: Selection, subtotal: int) -> Iterator[PriceLine]:
        yield PriceLine("A gift", -2 * subtotal)

    assert "less than nothing" in judged(replace(SEAT, price_rules=(price,)))


def test_a_demo_product_without_a_model_is_said() -> None:
    seed = SeedProduct("one", "One", "seat", "", "", 100, "plugins.furniture.meshes.sofa:throne")
    assert "no function that can be imported" in judged(SEAT, lambda: (seed,))
