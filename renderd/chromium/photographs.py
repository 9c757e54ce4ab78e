"""Frames of one model, all from one start of Chromium."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import storefront
from renderd.chromium.browser import browser
from renderd.chromium.found import Program
from renderd.chromium.pipe import Check, Failed, Pipe

PAGE = Path(__file__).with_name("page.js")
VENDOR = Path(storefront.__file__).parent / "static" / "vendor"
SECONDS = 120.0
LARGEST = 64 << 20
"""Bytes of a model: DevTools takes messages of up to 100 MB, and base64 makes four of three."""
PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

Told = Callable[[float], None]
"""Hears the share of the frames that are drawn."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A GLB as it stands, the box of what it shows (``min``, ``max``, metres), and the cameras
    (``position``, ``target``, ``fov`` as in a manifest) of square frames of ``side`` pixels."""

    model: Path
    bounds: Mapping[str, Sequence[float]]
    cameras: Sequence[Mapping[str, Any]]
    side: int


def photograph(
    program: Program, scene: Scene, out: Path, check: Check, told: Told, seconds: float = SECONDS
) -> None:
    """Write ``out/00.png``, ``out/01.png`` …, straight RGBA. Raises Failed if Chromium can't, or takes
    longer than ``seconds``; ``check`` is called each second, and what it raises ends Chromium."""
    given = _given(scene)
    out.mkdir()
    with browser(program, check, seconds) as pipe:
        page = _open(pipe)
        renderer = _call(pipe, page, "openStudio", given)
        if not program.software and _is_software(str(renderer)):
            raise Failed(f"it has no GPU but {renderer}")
        for number, camera in enumerate(scene.cameras):
            picture = _call(pipe, page, "takePicture", dict(camera), scene.side)
            (out / f"{number:02}.png").write_bytes(_checked(str(picture), scene.side))
            told((number + 1) / len(scene.cameras))


def _given(scene: Scene) -> dict[str, Any]:
    try:
        files = json.loads((VENDOR / "manifest.json").read_bytes())
        module, light = ((VENDOR / files[name]["file"]) for name in ("product-viewer.js", "environment.bin"))
        texts = {"module": _text(module), "environment": _text(light), "model": _text(scene.model)}
    except OSError as error:
        raise Failed(f"the viewer can't be read: {error}") from error
    if scene.model.stat().st_size > LARGEST:
        raise Failed("the model is too large for it")
    return {**texts, "bounds": scene.bounds, "camera": scene.cameras[0]}


def _text(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _open(pipe: Pipe) -> str:
    """A page with our script: the handle of its global object."""
    target = pipe.call("Target.createTarget", url="about:blank")["targetId"]
    pipe.session = pipe.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    page = pipe.call("Runtime.evaluate", expression=f"{PAGE.read_text()}\nglobalThis")
    return str(_result(page)["objectId"])


def _call(pipe: Pipe, page: str, name: str, *arguments: object) -> Any:
    """What a function of the page returns."""
    answer = pipe.call(
        "Runtime.callFunctionOn",
        objectId=page,
        functionDeclaration=f"function (...all) {{ return this.{name}(...all); }}",
        arguments=[{"value": argument} for argument in arguments],
        awaitPromise=True,
        returnByValue=True,
    )
    return _result(answer).get("value")


def _result(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if "exceptionDetails" in answer:
        told = answer["exceptionDetails"]
        raise Failed(str(told.get("exception", {}).get("description", told.get("text")))[:300])
    found: Mapping[str, Any] = answer["result"]
    return found


def _is_software(renderer: str) -> bool:
    return any(name in renderer.lower() for name in ("swiftshader", "llvmpipe", "softpipe"))


def _checked(text: str, side: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Failed("its picture is no base64") from error
    if not data.startswith(PNG_HEAD) or struct.unpack_from(">II", data, len(PNG_HEAD)) != (side, side):
        raise Failed("its picture is not of the size that was asked for")
    return data
