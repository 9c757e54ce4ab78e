"""The server's picture of a configuration against the viewer's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from viewer_models import piece
from viewer_page import Viewer

from renderd.pipeline.camera import Camera
from renderd.pipeline.configured import configured
from renderd.pipeline.document import Document
from renderd.pipeline.poster import render_poster

pytestmark = pytest.mark.browser
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
