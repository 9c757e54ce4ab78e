"""A package, opened again by the library that others open it with."""

from __future__ import annotations

import posixpath
from pathlib import Path

import numpy as np
from pxr import Sdf, Tf, Usd, UsdGeom, UsdValidation

from renderd.pipeline.document import Array, Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.scene import draws, triangles, world_matrices, world_positions

ALLOWED = (".usdc", ".png", ".jpg")
CLOSE = 1e-3
"""How far the world box may be off, as a share of the longest side."""

SINGLE = 1e-6
"""What single precision loses, as a share of a coordinate."""

SUITES = ("usdGeom", "usdShade", "usdUtils", "usdValidation", "usdMedia", "usdSkel")


def check(path: Path, document: Document) -> None:
    """Raise ModelError unless the package at ``path`` is sound (``renderd.pipeline.usd.check_usdz``)."""
    check_entries(path)
    try:
        stage = Usd.Stage.Open(str(path))
    except Tf.ErrorException as error:
        raise unsound("the USD library can't open it") from error
    check_head(stage)
    found = [error for error in validate(stage) if error.GetType() == UsdValidation.ValidationErrorType.Error]
    if found:
        raise unsound(within(path.parent, found[0].GetMessage()))
    check_size(stage, document)


def within(folder: Path, message: str) -> str:
    """A message without the way to ``folder``: where we work is nobody's business."""
    for way in {f"{folder}/", f"{folder.absolute()}/", f"{folder.resolve()}/"}:
        message = message.replace(way, "")
    return message


def unsound(reason: str) -> ModelError:
    """The error for a package that we made and that is not as it should be."""
    return ModelError(f"the USDZ of the model is not sound: {reason}")


def check_entries(path: Path) -> None:
    """A layer first, then pictures; all stored plainly on boundaries of 64 bytes."""
    package = Sdf.ZipFile.Open(str(path))
    if package is None:
        raise unsound("it is no zip file")
    names = package.GetFileNames()
    for name in names:
        info = package.GetFileInfo(name)
        if posixpath.splitext(name)[1] not in ALLOWED:
            raise unsound(f"it holds {name}, which Quick Look doesn't read")
        if info.compressionMethod or info.encrypted or info.dataOffset % 64:
            raise unsound(f"{name} is not stored plainly on a boundary of 64 bytes")
    if not names or not names[0].endswith(".usdc"):
        raise unsound("its first file is no layer")


def check_head(stage: Usd.Stage) -> None:
    """What the stage says of itself, and one thing to show."""
    if not stage.GetDefaultPrim():
        raise unsound("it names no default prim")
    if UsdGeom.GetStageUpAxis(stage) != UsdGeom.Tokens.y or UsdGeom.GetStageMetersPerUnit(stage) != 1.0:
        raise unsound("it is not in metres with y up")


def validate(stage: Usd.Stage) -> list[UsdValidation.ValidationError]:
    """Findings of the library's validators."""
    registry = UsdValidation.ValidationRegistry()
    known = [data.name for data in registry.GetAllValidatorMetadata() if not data.isSuite]
    names = sorted(name for name in known if name.startswith(SUITES))
    context = UsdValidation.ValidationContext(registry.GetOrLoadValidatorsByName(names))
    found: list[UsdValidation.ValidationError] = context.Validate(stage)
    return found


def check_size(stage: Usd.Stage, document: Document) -> None:
    """The triangles fill the same box in the world as those of the document."""
    found, expected = stage_box(stage), document_box(document)
    sides = expected[1] - expected[0]
    # Far from the origin, single precision itself is coarser.
    slack = max(CLOSE * sides.max(), SINGLE * np.abs(expected).max())
    if not np.allclose(found, expected, rtol=0, atol=slack):
        size = " × ".join(f"{side:.4f}" for side in found[1] - found[0])
        raise unsound(f"it is {size} m; expected " + " × ".join(f"{side:.4f}" for side in sides))


def stage_box(stage: Usd.Stage) -> Array:
    """Least and greatest corner of all meshes in the world, (2, 3) metres."""
    places = UsdGeom.XformCache()
    boxes = []
    for prim in stage.Traverse():
        if prim.IsA(UsdGeom.Mesh):
            points = np.asarray(UsdGeom.Mesh(prim).GetPointsAttr().Get(), float)
            matrix = np.array(places.GetLocalToWorldTransform(prim))
            boxes.append(box(points @ matrix[:3, :3] + matrix[3, :3]))
    return box(np.concatenate(boxes)) if boxes else np.zeros((2, 3))


def document_box(document: Document) -> Array:
    """The same of the shown triangles of a document; its lines and points have no place in USDZ."""
    worlds = world_matrices(document)
    boxes = []
    for draw in draws(document):
        used = np.unique(triangles(document, draw.primitive))
        if len(used):
            boxes.append(box(world_positions(document, draw, worlds)[used]))
    return box(np.concatenate(boxes))


def box(points: Array) -> Array:
    """Least and greatest corner of points (n, 3)."""
    return np.stack([points.min(axis=0), points.max(axis=0)])
