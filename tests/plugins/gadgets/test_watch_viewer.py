from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from storefront.configure import Subject, configure
from tests.browser.viewer.viewer_harness import serve
from tests.browser.viewer.viewer_page import CHROMIUM, FLAGS, Viewer, listen
from tests.plugins.gadgets.models import Made, made

pytestmark = pytest.mark.browser

HALF_PAST_FOUR = datetime(2026, 3, 1, 15, 30, 15, tzinfo=UTC)
"""And in Oslo, where the shopper is, an hour later."""
HAND = "(viewer, name) => viewer.three.model.nodes.get(name)[0].rotation.z"
TURN = "Turn to the engraving"


def write_page(folder: Path, model: Made) -> None:
    """The files of a product page: the model as its only level, and the viewer's module."""
    folder.mkdir(parents=True)
    (folder / "watch.glb").write_bytes(model.data)
    low, high = model.shown_bounds().tolist()
    product: dict[str, Any] = {
        "levels": {"standard": {"url": f"/{folder.name}/watch.glb", "bytes": len(model.data)}},
        "camera": {"position": [0.09, 0.08, 0.17], "target": [0.0, 0.034, -0.02], "fov": 30},
        "bounds": {"min": low, "max": high},
        "element": "watch-viewer",
        "module": f"/{folder.name}/watch-viewer.js",
    }
    (folder / "product.json").write_text(json.dumps(product))
    module = files("plugins.gadgets") / "static" / "watch-viewer.js"
    (folder / "watch-viewer.js").write_text(module.read_text())


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("watches")
    write_page(folder / "vesper", made("vesper-38"))
    server = serve(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def viewer(browser: Browser, address: str) -> Iterator[Viewer]:
    """A page at half past four that may neither log an error nor break its policy."""
    context = browser.new_context(
        viewport={"width": 420, "height": 700}, reduced_motion="reduce", timezone_id="Europe/Oslo"
    )
    viewer = Viewer(context.new_page(), address)
    viewer.page.clock.set_fixed_time(HALF_PAST_FOUR)
    listen(viewer)
    yield viewer
    context.close()
    assert viewer.complaints == []


def effects(**given: str) -> list[Any]:
    model = made("vesper-38")
    subject = Subject(model.product.title, 1, model.product.defaults)
    return list(configure(model.type, subject, given).effects)


def angle(hours: float) -> float:
    """Of a hand that goes round once in twelve hours, at so many hours."""
    return -2 * math.pi * hours / 12


def test_the_hands_tell_the_shoppers_time(viewer: Viewer) -> None:
    viewer.show(product="vesper", effects=effects())
    assert viewer.run(HAND, "hand-hour") == pytest.approx(angle(4 + 30.25 / 60), abs=1e-4)
    assert viewer.run(HAND, "hand-minute") == pytest.approx(angle(12 * 30.25 / 60), abs=1e-4)
    assert viewer.run(HAND, "hand-second") == pytest.approx(angle(12 * 15 / 60), abs=1e-4)


def test_an_engraving_is_cut_into_the_case_back(viewer: Viewer) -> None:
    viewer.show(product="vesper", effects=effects(engraving="TO ANNA"))
    viewer.page.get_by_role("button", name=TURN).click()
    viewer.until("viewer => viewer.three.camera.position.z < 0")
    engraved = viewer.picture()
    viewer.run("(viewer, effects) => { viewer.effects = effects; }", effects(engraving="FOR EVER"))
    assert viewer.picture().tobytes() != engraved.tobytes()


def test_there_is_nothing_to_turn_to_without_an_engraving(viewer: Viewer) -> None:
    viewer.show(product="vesper", effects=effects())
    assert viewer.page.get_by_role("button", name=TURN).count() == 0


def test_the_button_goes_with_the_engraving(viewer: Viewer) -> None:
    viewer.show(product="vesper", effects=effects(engraving="ANNA"))
    viewer.run("(viewer, effects) => { viewer.effects = effects; }", effects())
    assert viewer.page.get_by_role("button", name=TURN).count() == 0
