"""Nothing is lost or done twice while processes are killed; ``python -m bench chaos`` is the long form."""

from __future__ import annotations

import pytest

from bench import chaos


@pytest.mark.slow
def test_twenty_jobs_survive_random_kills() -> None:
    outcome = chaos.run(count=20, models=4, workers=2, seed=3, pause=4.0, kills=6, patience=600.0)
    assert outcome.exactly_once, outcome.unready
    assert outcome.kills.total() >= 2
    assert outcome.longest <= 90
