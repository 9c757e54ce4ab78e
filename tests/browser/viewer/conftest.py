"""One Chromium, one server, and a fresh page for each test that must end without complaints."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.viewer.viewer_harness import serve
from tests.browser.viewer.viewer_models import write_frames, write_product
from tests.browser.viewer.viewer_page import Viewer, listen

CLOCK = """
export default 0;
customElements.whenDefined("product-viewer").then((Base) => {
  customElements.define("clock-viewer", class extends customElements.get("product-viewer") {
    modelReady(scene, level) { this.dataset.seen = `${level} ${scene.isObject3D}`; }
    frame() { this.dataset.frames = Number(this.dataset.frames ?? 0) + 1; }
    applyText(option, value) { this.dataset.text = `${option}=${value}`; }
  });
});
"""


@pytest.fixture(scope="session")
def chromium(rich: Browser) -> Browser:
    return rich


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("models")
    write_product(folder / "piece")
    write_product(folder / "clock", element="clock-viewer", module="/clock.js")
    write_product(folder / "turning", turntable="/turning/turntable.json")
    write_frames(folder / "turning")
    (folder / "clock.js").write_text(CLOCK)
    server = serve(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def options() -> dict[str, Any]:
    """How the browser is set; a test module or a test may parametrise it."""
    return {}


@pytest.fixture
def viewer(chromium: Browser, address: str, options: dict[str, Any]) -> Iterator[Viewer]:
    """A viewer whose page must neither log an error nor break its policy."""
    defaults = {"viewport": {"width": 480, "height": 700}, "reduced_motion": "reduce"}
    context = chromium.new_context(**(defaults | options))
    viewer = Viewer(context.new_page(), address)
    listen(viewer)
    yield viewer
    context.close()
    assert viewer.complaints == []
