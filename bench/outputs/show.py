"""The levels of a conversion in the shop's viewer, in a headless Chromium."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, ViewportSize, sync_playwright

from bench.outputs.files import manifest_of
from tests.browser.viewer.viewer_harness import serve
from tests.browser.viewer.viewer_page import CHROMIUM, FLAGS, Viewer

CLOSER = 3
"""Presses of "Zoom in" after which the viewer wants the high level."""

DRAWN = 0.02
"""The least share of the picture that a product covers: the camera frames its box."""

SHADOW = 170
"""The shadow on the floor is fainter than this, of 255."""

TRIANGLES = """viewer => {
  const corners = ({ index, attributes: { position } }) =>
    index ? Array.from(index.array) : Array.from({ length: position.count }, (_, i) => i);
  const isFlat = (of, at) => of[at] === of[at + 1] || of[at + 1] === of[at + 2] || of[at + 2] === of[at];
  let count = 0;
  viewer.three.model.root.traverse((object) => {
    if (!object.isMesh) return;
    const of = corners(object.geometry);
    for (let at = 0; at < of.length; at += 3) count += isFlat(of, at) ? 0 : 1;
  });
  return count; }"""
"""Triangles in the scene but for those that only join two strips."""

CORNERED = 0.98
"""The least share of a level's triangles that keep three corners: in coarse levels a few fall together."""

VIEW: ViewportSize = {"width": 480, "height": 700}

PATIENCE = 120.0
"""Seconds: a level of 15 MB on busy cores, and no graphics card."""

OURS = "GPU stall due to ReadPixels"
"""What Chromium's driver says of the snapshots that are taken here, never of what the viewer does."""
SWUNG = """viewer => new Promise((resolve) => {
  const pose = () => viewer.three.camera.matrixWorld.elements.join(), before = pose();
  setTimeout(() => resolve(pose() === before), 300); })"""


@dataclass
class Shown:
    """A level as the viewer had it: triangles in its scene, and the share of the picture that it covers."""

    triangles: int
    covered: float
    picture: Image.Image


@dataclass
class Show:
    """What was seen of a model, and every word that the browser's console had about it."""

    levels: dict[str, Shown] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def faults(self, manifest: dict[str, Any]) -> list[str]:
        """What is wrong with it, a sentence each."""
        found = [f"console: {line}" for line in self.said]
        for name, level in self.levels.items():
            stated = manifest["levels"][name]["triangles"]
            if not stated * CORNERED <= level.triangles <= stated:
                found.append(f"{name}: {level.triangles} triangles are shown, the manifest has {stated}")
            if level.covered < DRAWN and stated:
                found.append(f"{name}: {level.covered:.1%} of the picture is drawn")
        return found


@contextmanager
def stage(folder: Path) -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of a server of the conversions that lie in a folder."""
    with serving(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser, address
        browser.close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of the conversions that lie in a folder."""
    server = serve(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def describe(folder: Path) -> None:
    """Write the product.json that the harness of the viewer's tests reads."""
    manifest = manifest_of(folder)
    levels = {
        name: {"url": f"/{folder.name}/{level['path']}", "bytes": level["bytes"], "wire": level["wire_bytes"]}
        for name, level in manifest["levels"].items()
    }
    product = {key: manifest[key] for key in ("camera", "bounds")} | {"levels": levels}
    product["poster"] = f"/{folder.name}/{manifest['poster']['images'][-1]['path']}"
    (folder / "product.json").write_text(json.dumps(product))


def shown(browser: Browser, address: str, folder: Path, show: Show, view: ViewportSize = VIEW) -> None:
    """Show the levels of a conversion one after the other, as a shopper gets them, its animations playing.

    ``show`` holds what was seen, also after an error. Raises AssertionError or playwright's TimeoutError if a
    level doesn't come.
    """
    describe(folder)
    context = browser.new_context(viewport=view)
    context.set_default_timeout(PATIENCE * 1000)
    try:
        climb(Viewer(context.new_page(), address, patience=PATIENCE), folder, show)
    finally:
        context.close()


def climb(viewer: Viewer, folder: Path, show: Show) -> None:
    """Hold the standard level back until the preview was seen, then zoom in until the high one is there."""
    held: list[Route] = []
    listen(viewer.page, show.said)
    finer = manifest_of(folder)["levels"]["standard"]["path"]
    viewer.page.route(f"**/{finer}", lambda route: held.append(route))
    viewer.open(product=folder.name)
    viewer.wait("data-level=preview")
    show.levels["preview"] = seen(viewer)
    while not held:
        viewer.page.wait_for_timeout(50)
    held[0].continue_()
    viewer.wait("data-level=standard")
    show.levels["standard"] = seen(viewer)
    for _ in range(CLOSER):
        viewer.page.get_by_role("button", name="Zoom in").click()
    viewer.wait("data-level=high")
    viewer.page.get_by_role("button", name="Reset the view").click()
    viewer.until(SWUNG)
    show.levels["high"] = seen(viewer)


def listen(page: Page, said: list[str]) -> None:
    """Note every word on the console, and what failed without one."""

    def heard(message: ConsoleMessage) -> None:
        if OURS not in message.text:
            said.append(f"{message.type}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("requestfailed", lambda request: said.append(f"not loaded: {request.url}"))


def seen(viewer: Viewer) -> Shown:
    """What the viewer shows now."""
    picture = viewer.picture()
    drawn = sum(picture.getchannel("A").histogram()[SHADOW:])
    return Shown(int(viewer.run(TRIANGLES)), drawn / (picture.width * picture.height), picture)
