"""Real models, where they are at hand: each level is valid, small, and of the same extent."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document
from storefront.plugin_api import LEVELS
from tests.renderd.models import SAMPLES, glbs_of
from tests.renderd.test_model_validity import errors, needs_validator

pytestmark = [pytest.mark.slow, needs_validator]


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.glb")), ids=lambda path: path.stem)
def test_a_sample_is_valid_and_small(tmp_path: Path, sample: Path) -> None:
    limits = {level.name: level.wire_bytes for level in LEVELS}
    whole = measure(Document.load_glb(sample.read_bytes()))
    paths = []
    for name, glb in glbs_of(sample).items():
        paths.append(tmp_path / f"{name}.glb")
        paths[-1].write_bytes(glb)
        assert len(brotli.compress(glb, quality=9)) <= limits[name]
        slack = max(whole.size) / 100
        assert measure(Document.load_glb(glb)).size == pytest.approx(whole.size, abs=slack)
    assert errors(paths) == ""
