"""The layers of a package, looked over before the USD library composes anything from them."""

from __future__ import annotations

import posixpath
from pathlib import Path

from pxr import Sdf, Tf

from renderd.pipeline.archive import Archive
from renderd.pipeline.errors import ModelError
from renderd.pipeline.usd.container import LAYERS
from renderd.pipeline.usd.text import check_text

MOST_PRIMS = 100_000
"""Prims that a stage may hold, each counted as often as it is referenced."""

MOST_DEPTH = 64
"""References within references."""

ARCS = ("references", "payload", "inheritPaths", "specializes")

Place = tuple[str, Sdf.Path]
"""A layer by its path in the package, and a prim in it (the empty path: its default prim)."""


def unpack_layers(archive: Archive, main: str, folder: Path) -> Path:
    """Put the layers of a package into ``folder``, and nothing else; returns where ``main`` is.

    Raises ModelError if one can't be read, refers to a file outside of the package, takes its values from
    clips, or composes to more than ``MOST_PRIMS`` prims.
    """
    for name in archive.names():
        if name.lower().endswith(LAYERS):
            write_layer(archive.read(name), name, folder)
    package = Package(archive, folder)
    package.look_over(main)
    prims = package.weight((main, Sdf.Path.absoluteRootPath), 0)
    if prims > MOST_PRIMS:
        raise ModelError(f"the USD file composes to over {MOST_PRIMS} prims; expected fewer")
    return folder / main


def write_layer(data: bytes, name: str, folder: Path) -> None:
    """Write one layer beside the others; raises ModelError for text that is too long or nests too deep."""
    if data[:8] != b"PXR-USDC":
        check_text(data, name)
    try:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    except (OSError, ValueError) as error:
        raise ModelError(f"{name[:200]!r} in the package can't be a file's name") from error


class Package:
    """The layers that are reached from the first one."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder
        self._layers: dict[str, Sdf.Layer] = {}
        self._weights: dict[Place, int] = {}

    def look_over(self, main: str) -> None:
        """Open ``main`` and all layers that it reaches; raises ModelError as ``unpack_layers`` says."""
        waiting = [main]
        while waiting:
            name = waiting.pop()
            if name in self._layers:
                continue
            layer = self._layers[name] = self._open(name)
            for path in layer.GetCompositionAssetDependencies():
                # An empty path is a reference within the layer.
                waiting += [self._layer_near(name, path)] if path else []

    def _open(self, name: str) -> Sdf.Layer:
        try:
            layer = Sdf.Layer.FindOrOpen(str(self._folder / name))
        except (Tf.ErrorException, RuntimeError) as error:
            raise ModelError(f"{name[:200]!r} is not a USD layer that can be read") from error
        if layer is None:
            raise ModelError(f"{name[:200]!r} is not a USD layer that can be read")
        return layer

    def _layer_near(self, base: str, path: str) -> str:
        """The layer that ``path`` in ``base`` means; raises ModelError if it is not in the package."""
        found = self._archive.near(base, path)
        if not found.lower().endswith(LAYERS) or found not in self._archive.names():
            raise ModelError(f"the USD file refers to the layer {path[:200]!r}, which is not in the package")
        return found

    def weight(self, place: Place, depth: int) -> int:
        """How many prims a place composes to, all that it refers to included; at least, not exactly."""
        if place in self._weights:
            return self._weights[place]
        if depth > MOST_DEPTH:
            raise ModelError(f"the USD file refers to itself, or {MOST_DEPTH} times in a row")
        # While it is being counted, a place that refers to itself counts as nothing: USD ignores it too.
        self._weights[place] = 0
        name, path = place
        layer = self._layers[name]
        total = sum(
            self.weight((self._layer_near(name, sub), path), depth + 1) for sub in layer.subLayerPaths
        )
        root = path or Sdf.Path.absoluteRootPath.AppendPath(layer.defaultPrim or "none")
        stack = [layer.GetPrimAtPath(root)]
        while stack and total <= MOST_PRIMS:
            prim = stack.pop()
            if prim is None:
                continue
            total += 1 + sum(self.weight(target, depth + 1) for target in self._targets(name, prim))
            stack += list(prim.nameChildren)
            for variants in prim.variantSets.values():
                stack += [variant.primSpec for variant in variants.variants.values()]
        self._weights[place] = total
        return total

    def _targets(self, name: str, prim: Sdf.PrimSpec) -> list[Place]:
        """What a prim refers to; raises ModelError for one that takes its values from clips."""
        if prim.HasInfo("clips"):
            raise ModelError("the USD file takes values from clips; expected one model at rest")
        found: list[Place] = []
        for arc in ARCS:
            if not prim.HasInfo(arc):
                continue
            for item in prim.GetInfo(arc).GetAddedOrExplicitItems():
                asset = getattr(item, "assetPath", "")
                inner = item if isinstance(item, Sdf.Path) else item.primPath
                found.append((self._layer_near(name, asset) if asset else name, inner))
        return found


def resolve(archive: Archive, folder: Path, layer: Sdf.Layer, path: str) -> str:
    """The file in the package that an asset path in a layer means; raises ModelError if it is outside."""
    base = Path(layer.realPath).relative_to(folder.resolve()).as_posix()
    # A texture in tiles is read by its first one.
    return archive.near(posixpath.normpath(base), path.replace("<UDIM>", "1001"))
