"""Every hostile file is refused in one line that names the reason, and leaves nothing behind."""

from __future__ import annotations

import resource
from dataclasses import asdict
from pathlib import Path

import pytest

from renderd import sandbox
from renderd.pipeline import convert
from renderd.pipeline.errors import ModelError
from storefront.plugin_api import Recipe
from tests.renderd.hostile.attacks import ATTACKS
from tests.renderd.hostile.attacks.attack import Attack

EACH = pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])


def check(message: str, attack: Attack) -> None:
    assert attack.words in message
    assert "\n" not in message
    assert len(message) < 400


@EACH
def test_it_is_refused_by_its_reason(tmp_path: Path, attack: Attack) -> None:
    source = tmp_path / "source"
    source.write_bytes(attack.make())
    with pytest.raises(ModelError) as caught:
        convert(source, tmp_path / "out", Recipe())
    check(str(caught.value), attack)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.slow
@EACH
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
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30


def test_there_is_an_attack_for_every_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 50
