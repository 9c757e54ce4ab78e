"""The server's picture of a configuration against the viewer's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.configured import configured
from renderd.pipeline.document import Document
from renderd.pipeline.poster import render_poster
from tests.browser.viewer.viewer_harness import serve
from tests.browser.viewer.viewer_models import piece
from tests.browser.viewer.viewer_page import Viewer

pytestmark = pytest.mark.browser
MODELS = Path(__file__).parents[4] / "shared" / "models"
MOST = 0.014
"""Mean difference of displayed values over the silhouettes (docs/decisions/0002)."""

EYE = """viewer => {
  const { camera } = viewer.three;
  const { elements } = camera.matrixWorld;
  return { position: elements.slice(12, 15), back: elements.slice(8, 11), fov: camera.fov, ...camera.view };
}"""

LOOKS: dict[str, list[dict[str, Any]]] = {
    "as it comes": [],
    "painted": [
        {"kind": "paint", "slot": "fabric", "material": {"color": "#aa3311", "roughness": 0.4}},
        {"kind": "paint", "slot": "oak", "material": {"color": "#202020", "clearcoat": 1.0}},
    ],
    "sheen": [{"kind": "paint", "slot": "fabric", "material": {"color": "#204060", "sheen": "#8090ff"}}],
    "other legs": [{"kind": "show", "node": "legs steel", "hides": ["legs oak"]}],
    "stretched": [
        {"kind": "stretch", "node": "piece", "axis": "x", "grow": 0.5, "keep": 0.2},
        {"kind": "stretch", "node": "body", "axis": "y", "grow": 0.15, "keep": 0.05},
    ],
    "navy": [{"kind": "variant", "name": "Navy"}],
}


@pytest.mark.parametrize("options", [{"viewport": {"width": 720, "height": 900}}])
@pytest.mark.parametrize("effects", LOOKS.values(), ids=LOOKS)
def test_a_configuration_looks_as_in_the_viewer(
    viewer: Viewer, effects: list[dict[str, Any]], tmp_path: Path, options: dict[str, Any]
) -> None:
    viewer.show(effects=effects)
    viewer.run("viewer => { viewer.three.shadow.plane.visible = false; }")
    camera, shown = seen(viewer)
    piece().write(tmp_path / "piece.glb")
    made = configured(Document.load_glb((tmp_path / "piece.glb").read_bytes()), effects)
    drawn = render_poster(made, camera, shown.width, shadow=False)
    assert overlap(shown, drawn) > 0.985
    assert difference(shown, drawn) < MOST


def seen(viewer: Viewer) -> tuple[Camera, Image.Image]:
    """The viewer's camera, and the square of its picture above the foot."""
    eye, picture = viewer.run(EYE), viewer.picture()
    position = np.array(eye["position"])
    camera = Camera(tuple(position), tuple(position - eye["back"]), eye["fov"])
    side = int(eye["fullHeight"])
    left = (picture.width - side) // 2
    return camera, picture.crop((left, 0, left + side, side))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of displayed values where both are solid, 0 to 1."""
    first, second = (np.asarray(image, np.float64) / 255 for image in (one, other))
    both = (first[..., 3] > 0.99) & (second[..., 3] > 0.99)
    return float(np.abs(first - second)[both][:, :3].mean())


def overlap(one: Image.Image, other: Image.Image) -> float:
    """Share of both silhouettes that is in both."""
    first, second = (np.asarray(image)[..., 3] > 127 for image in (one, other))
    return float((first & second).sum() / (first | second).sum())


@pytest.mark.slow
@pytest.mark.skipif(not MODELS.is_dir(), reason="the real models are not on this machine")
@pytest.mark.parametrize("name", ["SheenChair", "MaterialsVariantsShoe", "WaterBottle"])
def test_a_poster_looks_as_the_first_frame(chromium: Browser, tmp_path: Path, name: str) -> None:
    data = (MODELS / f"{name}.glb").read_bytes()
    document = Document.load_glb(data)
    bounds = measure(document)
    camera = frame(bounds.min, bounds.max)
    with served(tmp_path, data, camera, asdict(bounds)) as address:
        context = chromium.new_context(viewport={"width": 720, "height": 900}, reduced_motion="reduce")
        viewer = Viewer(context.new_page(), address)
        viewer.show(product="real")
        viewer.run("viewer => { viewer.three.shadow.plane.visible = false; }")
        seen_from, shown = seen(viewer)
        context.close()
    assert seen_from.position == pytest.approx(camera.position, abs=1e-4)
    drawn = render_poster(document, seen_from, shown.width, shadow=False)
    assert overlap(shown, drawn) > 0.98
    assert difference(shown, drawn) < MOST


@contextmanager
def served(folder: Path, model: bytes, camera: Camera, bounds: dict[str, Any]) -> Iterator[str]:
    """Where a page shows the model, the same file as preview and standard level."""
    home = folder / "real"
    home.mkdir()
    (home / "model.glb").write_bytes(model)
    level = {"url": "/real/model.glb", "bytes": len(model)}
    view = {"position": camera.position, "target": camera.target, "fov": camera.fov}
    product = {"levels": {"standard": level}, "camera": view, "bounds": bounds}
    (home / "product.json").write_text(json.dumps(product))
    server = serve(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
