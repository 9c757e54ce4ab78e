"""Documents written as USDZ, and opened with the USD library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pxr import Usd, UsdGeom, UsdShade

from renderd.pipeline.document import Document
from renderd.pipeline.usd import write_usdz

Opened = Callable[[Document], Usd.Stage]


def opening(tmp_path: Path) -> Iterator[Opened]:
    """A fixture that writes a document and opens it; a stage lives as long as somebody holds it."""
    held = []

    def write_and_open(document: Document) -> Usd.Stage:
        write_usdz(document, tmp_path / "model.usdz")
        held.append(Usd.Stage.Open(str(tmp_path / "model.usdz")))
        return held[-1]

    yield write_and_open
    held.clear()


def meshes(stage: Usd.Stage) -> list[UsdGeom.Mesh]:
    return [UsdGeom.Mesh(prim) for prim in stage.Traverse() if prim.IsA(UsdGeom.Mesh)]


def surface(stage: Usd.Stage) -> UsdShade.Shader:
    """The surface of the first mesh."""
    material, _ = UsdShade.MaterialBindingAPI(meshes(stage)[0].GetPrim()).ComputeBoundMaterial()
    return material.ComputeSurfaceSource()[0]


def source(shader: UsdShade.Shader, name: str) -> tuple[UsdShade.Shader, str]:
    """The node and the output that an input reads."""
    (found,) = shader.GetInput(name).GetConnectedSources()[0]
    return UsdShade.Shader(found.source.GetPrim()), found.sourceName


def value(shader: UsdShade.Shader, name: str) -> Any:
    return shader.GetInput(name).Get()
