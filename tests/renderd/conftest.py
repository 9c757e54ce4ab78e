"""What the tests of the renderer share."""

from __future__ import annotations

import os

import pytest

from tests.renderd import once


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder that all processes of this run see."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
    shared.mkdir(exist_ok=True)
    once.folders[:] = [shared]
