"""Pictures from the shop's viewer in Chromium, where the machine or a setting says so.

They are drawn here, beside the sandbox, from files that we wrote ourselves, and encoded within it. Whatever
goes wrong with Chromium, the ray caster draws.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from renderd import sandbox
from renderd.chromium import Failed, Program, Scene, choose, photograph
from renderd.jobs.storing import PLAIN
from renderd.lease import Lease
from storefront.web.context import shop

LEVELS = ("standard", "high", "preview")
"""Standard is fine enough for 1,200 pixels, and quick to draw."""

log = logging.getLogger(__name__)


def take(
    lease: Lease, order: dict[str, Any], home: Path, part: tuple[float, float]
) -> tuple[dict[str, Any], float]:
    """The order of the claim's picture task, with the folder ``drawn`` if Chromium has drawn its frames;
    and the share of the work that is done then, from the first to the last of ``part``."""
    program, (begin, end) = _program(), part
    if program is None:
        return order, begin
    looked = begin + (end - begin) / 5
    model, out = home / "scene.glb", home / "drawn"
    asked = {**order, "kind": lease.claim.kind, "model": str(model)}
    views = sandbox.run("views", asked, home, lease.part(begin, looked))
    scene = _scene(model, views, views.get("cameras"), views.get("side"))
    if not _draw(lease, program, scene, out, (looked, end)):
        return order, end
    return {**order, "drawn": str(out)}, end


def retake_poster(lease: Lease, folder: Path, share: float) -> None:
    """Put Chromium's poster in the place of the one in the renditions' folder, in its manifest too.

    ``share`` of the claim's work is done meanwhile.
    """
    program = _program()
    if program is None:
        return
    manifest = json.loads((folder / "manifest.json").read_bytes())
    level = next(manifest["levels"][name]["path"] for name in LEVELS if name in manifest["levels"])
    scene = _scene(folder / _plain(level), manifest, [manifest["camera"]], manifest["poster"]["width"])
    out, posters = folder.parent / "drawn", folder.parent / "posters"
    if not _draw(lease, program, scene, out, (share, share)):
        return
    order = {"drawn": str(out), "out": str(posters)}
    images = sandbox.run("poster", order, folder.parent, lambda stage, _: lease.progress(stage, share))
    for image in images:
        (posters / _plain(image["path"])).replace(folder / image["path"])
    manifest["poster"]["images"] = images
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _program() -> Program | None:
    settings = shop().settings
    try:
        return choose(settings.pictures, settings.chromium)
    except Failed as error:
        _warn(error)
        return None


def _draw(lease: Lease, program: Program, scene: Scene, out: Path, part: tuple[float, float]) -> bool:
    """Whether the frames lie in ``out`` now."""
    tell = lease.part(*part)
    try:
        photograph(program, scene, out, lease.check, lambda done: tell("Drawing", done))
    except Failed as error:
        _warn(error)
        return False
    return True


def _warn(error: Failed) -> None:
    log.warning("Chromium doesn't draw, so rays are cast: %s", error)


def _scene(model: Path, told: Mapping[str, Any], cameras: Any, side: Any) -> Scene:
    """What a child that hostile input may have taken over says of a scene."""
    try:
        bounds = {end: [float(value) for value in told["bounds"][end]] for end in ("min", "max")}
        return Scene(model, bounds, [dict(camera) for camera in cameras], int(side))
    except (KeyError, TypeError, ValueError) as error:
        raise sandbox.Crashed(f"the child describes no scene: {error}") from error


def _plain(name: str) -> str:
    if not PLAIN.fullmatch(name):
        raise sandbox.Crashed(f"the child names {name[:40]!r}, which is no plain name")
    return name
