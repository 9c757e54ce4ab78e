"""From a folder on disk to objects under immutable names, and back. The manifest goes last."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from renderd.lease import Lease
from renderd.sandbox import Crashed
from storefront.stores.objects import ObjectHead, ObjectMissing
from storefront.web.context import shop

CHUNK = 1 << 20
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
"""A name of a file or folder that leads nowhere else."""

CONTENT_TYPES = {
    ".glb": "model/gltf-binary",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".usdz": "model/vnd.usdz+zip",
}


def fetch(lease: Lease, key: str, target: Path) -> str:
    """Copy an object into a file; its SHA-256 in hex. Raises ObjectMissing, ObjectsAway."""
    digest = hashlib.sha256()
    with shop().objects.open_range(key).stream as stream, target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            lease.check()
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def is_made(base: str) -> bool:
    """Whether renditions are complete below this base. If so they are marked as needed again."""
    try:
        with shop().objects.open_range(base + "manifest.json").stream as stream:
            manifest = stream.read()
    except ObjectMissing:
        return False
    # The clean-up spares what was stored lately.
    shop().objects.put_stream(base + "manifest.json", io.BytesIO(manifest), CONTENT_TYPES[".json"])
    return True


def store_folder(lease: Lease, folder: Path, base: str) -> None:
    """Store what ``manifest.json`` in ``folder`` names, each file in the folder of its part below ``base``.

    The manifest itself follows at the end, unless one is there already: a base that has one is complete.
    """
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for part, entry in _entries(manifest):
        name = entry["path"]
        if not (PLAIN.fullmatch(part) and PLAIN.fullmatch(name)):
            # Only a child that hostile input took over writes such a manifest.
            raise Crashed(f"the manifest names {part[:40]!r}/{name[:40]!r}, which is no plain name")
        entry["path"] = f"{part}/{name}"
        store(lease, folder / name, base + entry["path"])
        if (folder / f"{name}.br").exists():
            store(lease, folder / f"{name}.br", base + entry["path"] + ".br")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    store(lease, folder / "manifest.json", base + "manifest.json", replace=False)


def store(lease: Lease, path: Path, key: str, *, replace: bool = True) -> ObjectHead:
    """Store one file under its content type; without ``replace`` an object that is there stays."""
    packed = path.suffix == ".br"
    kind = path.with_suffix("").suffix if packed else path.suffix
    with path.open("rb") as stream:
        watched = cast(BinaryIO, _Watched(stream, lease))
        encoding = "br" if packed else None
        return shop().objects.put_stream(
            key, watched, CONTENT_TYPES[kind], encoding=encoding, replace=replace
        )


def _entries(manifest: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from manifest["levels"].items()
    for image in manifest["poster"]["images"]:
        yield "poster", image
    for part in ("plain", "usdz"):
        if manifest.get(part):
            yield part, manifest[part]


class _Watched:
    """A file whose reading ends with the lease."""

    def __init__(self, stream: BinaryIO, lease: Lease) -> None:
        self._stream, self._lease = stream, lease

    def read(self, size: int = -1) -> bytes:
        self._lease.check()
        return self._stream.read(size)
