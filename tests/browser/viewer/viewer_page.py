"""What a test does with a page that shows the test piece."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless=new", "--no-sandbox"]
PATIENCE = 30.0
"""Seconds."""
STILL = """viewer => new Promise((resolve) => {
  const count = () => viewer.three.renderer.info.render.frame, before = count();
  setTimeout(() => resolve(count() === before), 400); })"""


@dataclass
class Viewer:
    """A page that shows the test piece."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    patience: float = PATIENCE

    def open(self, product: str = "piece", *, start: str = "now", effects: object = ()) -> None:
        """Load the page; ``effects`` is the selection's."""
        query = urlencode({"product": product, "start": start, "effects": json.dumps(effects)})
        self.page.goto(f"{self.address}/?{query}")

    def wait(self, state: str) -> None:
        """Until the element matches ``state``, an attribute selector without brackets."""
        self.page.wait_for_selector(f"[data-levels][{state}]", timeout=self.patience * 1000)

    def show(self, **options: Any) -> None:
        """Load the page and wait for its standard level."""
        self.open(**options)
        self.wait("data-level=standard")

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function of (element, argument) returns."""
        return self.page.locator("[data-levels]").evaluate(script, *arguments)

    def until(self, condition: str) -> None:
        """Wait for a function of the element to be true.

        Playwright's own wait evaluates its text within the page, which the page's policy forbids.
        """
        deadline = time.monotonic() + self.patience
        while not self.run(condition):
            assert time.monotonic() < deadline, condition
            self.page.wait_for_timeout(50)

    def picture(self) -> Image.Image:
        """What the element says that it shows now."""
        with urlopen(self.run("viewer => viewer.snapshot()")) as data:
            return Image.open(BytesIO(data.read())).convert("RGBA")

    def colour(self, x: float = 0.5, y: float = 0.45) -> tuple[int, int, int, int]:
        """The picture's colour at a place given in parts of its size; the default lies on the body."""
        picture = self.picture()
        pixel = picture.getpixel((int(x * picture.width), int(y * picture.height)))
        assert isinstance(pixel, tuple)
        return pixel[0], pixel[1], pixel[2], pixel[3]

    def rest(self) -> None:
        """Wait until the element makes no more frames."""
        self.until(STILL)

    def until_colour(self, condition: Callable[[tuple[int, int, int, int]], bool]) -> None:
        """Wait for the picture's colour, at colour()'s place, to meet a condition."""
        deadline = time.monotonic() + self.patience
        while not condition(now := self.colour()):
            assert time.monotonic() < deadline, now
            self.page.wait_for_timeout(50)


def listen(viewer: Viewer) -> None:
    """Note what the page asks for and what it complains about."""
    viewer.page.on("request", lambda request: viewer.requests.append(request.url))
    viewer.page.on("pageerror", lambda error: viewer.complaints.append(str(error)))
    viewer.page.on(
        "console", lambda message: message.type == "error" and viewer.complaints.append(message.text)
    )
