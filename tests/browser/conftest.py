"""Chromium, started once for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.viewer.viewer_page import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def rich(playwright: Playwright) -> Iterator[Browser]:
    """A browser with WebGL, which it computes without a GPU."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def poor(playwright: Playwright) -> Iterator[Browser]:
    """A browser without WebGL, in which a product's picture stays."""
    flags = [*FLAGS, "--disable-software-rasterizer"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium(poor: Browser) -> Browser:
    """The browser of tests that don't look at the viewer, which has tests of its own."""
    return poor
