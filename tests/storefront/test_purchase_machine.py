"""A model of buying beside the real thing: whatever happens in whatever order, money, units and orders agree.

On SQLite; ``STOREFRONT_TEST_DATABASE`` may name an empty PostgreSQL database with the shop's tables.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from storefront.registry import discover
from tests.storefront.books import Shop
from tests.storefront.purchase_machine import Buying


@pytest.fixture(scope="module")
def _shop() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp())
    Shop.open(folder, discover())
    yield
    Shop.stack.close()
    shutil.rmtree(folder)


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Buying,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),  # shrinking takes minutes; the steps are printed anyway
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("_shop")
def test_three_hundred_steps_break_nothing() -> None:
    run(10, 30)


@pytest.mark.slow
@pytest.mark.usefixtures("_shop")
def test_five_thousand_steps_break_nothing() -> None:
    run(100, 50)
