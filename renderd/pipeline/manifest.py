"""The manifest of a converted model: what ``manifest.json`` says (docs/manifest.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

SCHEMA = "asset-manifest/2"
PIPELINE_VERSION = "3"

Point = tuple[float, float, float]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was converted: hex SHA-256, bytes, and what it is (glb, gltf, obj, stl, ply …).

    ``unit`` is how many metres one unit of the file was taken for, ``up`` which of its axes points up;
    ``sure`` is False where both are a guess that the merchant should confirm.
    """

    sha256: str
    bytes: int
    format: str
    unit: float
    up: str
    sure: bool


@dataclass(frozen=True, slots=True)
class LevelFile:
    """One level of detail; ``wire_bytes`` is the size in brotli, ``texture`` the longest side in pixels.

    ``difference`` is what its pictures lost to the source's (docs/manifest.md), ``memory`` the bytes that
    it takes on a phone's graphics chip.
    """

    path: str
    bytes: int
    wire_bytes: int
    triangles: int
    texture: int
    difference: float
    memory: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoding of a poster; sizes in pixels."""

    path: str
    type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Poster:
    """The picture of the model on a transparent ground, best first."""

    width: int
    height: int
    images: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of its own beside the levels."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class View:
    """Where the viewer starts: metres, and the vertical field of view in degrees."""

    position: Point
    target: Point
    fov: float


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in metres."""

    min: Point
    max: Point


@dataclass(frozen=True, slots=True)
class Remark:
    """A line for the merchant: a stable code, how bad it is, what was found, what to do."""

    code: str
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that the shop knows of a converted model.

    ``plain`` is the GLB that needs no extension to be read, ``usdz`` the model in its default look.
    """

    source: Source
    pipeline: str
    levels: Mapping[str, LevelFile]
    poster: Poster
    plain: File | None
    usdz: File | None
    camera: View
    bounds: Box
    nodes: tuple[str, ...]
    materials: tuple[str, ...]
    variants: tuple[str, ...]
    animations: tuple[str, ...]
    extensions: tuple[str, ...]
    report: tuple[Remark, ...]

    def to_json(self) -> str:
        """The text of ``manifest.json``."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read ``manifest.json``; raises ValueError if it is of another schema or incomplete."""
        raw = json.loads(text)
        if raw.get("schema") != SCHEMA:
            raise ValueError(f"the manifest's schema is {raw.get('schema')!r}, expected {SCHEMA!r}")
        try:
            return cls._from_raw(raw)
        except (KeyError, TypeError) as error:
            raise ValueError(f"the manifest is incomplete: {error}") from error

    @classmethod
    def _from_raw(cls, raw: dict[str, Any]) -> Manifest:
        poster, camera, box = raw["poster"], raw["camera"], raw["bounds"]
        return cls(
            source=Source(**raw["source"]),
            pipeline=raw["pipeline"],
            levels={name: LevelFile(**level) for name, level in raw["levels"].items()},
            poster=Poster(poster["width"], poster["height"], tuple(Picture(**i) for i in poster["images"])),
            plain=File(**raw["plain"]) if raw["plain"] else None,
            usdz=File(**raw["usdz"]) if raw["usdz"] else None,
            camera=View(point(camera["position"]), point(camera["target"]), camera["fov"]),
            bounds=Box(point(box["min"]), point(box["max"])),
            report=tuple(Remark(**remark) for remark in raw["report"]),
            nodes=tuple(raw["nodes"]),
            materials=tuple(raw["materials"]),
            variants=tuple(raw["variants"]),
            animations=tuple(raw["animations"]),
            extensions=tuple(raw["extensions"]),
        )


def point(values: list[float]) -> Point:
    """Three numbers as a tuple; raises TypeError for any other count."""
    if len(values) != 3:
        raise TypeError("a point has three coordinates")
    return (float(values[0]), float(values[1]), float(values[2]))
