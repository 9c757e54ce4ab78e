"""Every hostile file is refused in one line that names the reason, and leaves nothing behind."""

from __future__ import annotations

import resource
import time
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import pytest

from renderd import sandbox
from renderd.pipeline.convert import convert
from renderd.pipeline.errors import ModelError
from storefront.plugin_api import Recipe
from tests.renderd.hostile.attacks import ATTACKS
from tests.renderd.hostile.attacks.attack import Attack

LONGEST = 30
"""CPU seconds that a refusal may take."""

REASONS = {attack.words: attack for attack in reversed(ATTACKS)}
"""The first attack that is refused with these words."""


def each(attacks: Collection[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=[attack.name for attack in attacks])


def check(message: str, attack: Attack) -> None:
    assert attack.words in message
    assert "\n" not in message
    assert len(message) < 400


@each(ATTACKS)
def test_it_is_refused_by_its_reason_at_once(tmp_path: Path, attack: Attack) -> None:
    source = tmp_path / "source"
    source.write_bytes(attack.make())
    begun = time.process_time()
    with pytest.raises(ModelError) as caught:
        convert(source, tmp_path / "out", Recipe())
    assert time.process_time() - begun < LONGEST
    check(str(caught.value), attack)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.slow
@each(REASONS.values())
def test_the_sandbox_refuses_it_cheaply(tmp_path: Path, attack: Attack) -> None:
    source = tmp_path / "source"
    source.write_bytes(attack.make())
    order = {"source": str(source), "out": str(tmp_path / "out"), "recipe": asdict(Recipe())}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(sandbox.BadModel) as caught:
        sandbox.run("convert", order, tmp_path, lambda *_: None)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    check(str(caught.value), attack)
    assert list(tmp_path.iterdir()) == [source]
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LONGEST


def test_there_is_an_attack_for_every_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 50
