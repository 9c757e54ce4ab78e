"""The textures of a package: each picture once for each way in which it is used."""

from __future__ import annotations

import hashlib
from pathlib import Path

from renderd.pipeline.baseline import Kind, encode_plain, open_picture, strengthened
from renderd.pipeline.document import Document

LARGEST = 2048
"""Quick Look halves larger textures, or gives up on phones with little memory."""


class Pictures:
    """Encodes pictures of a document into ``folder`` as they are asked for."""

    def __init__(self, document: Document, folder: Path) -> None:
        self._document = document
        self._folder = folder
        self._made: dict[tuple[int, Kind, bool, float], str] = {}

    def path(self, image: int, kind: Kind, alpha: bool = False, scale: float = 1.0) -> str:
        """The path in the package of an image; ``scale`` steepens a normal map."""
        key = (image, kind, alpha, scale)
        if key not in self._made:
            picture = strengthened(open_picture(self._document.image(image), alpha, LARGEST), scale)
            encoded = encode_plain(picture, kind)
            name = f"textures/{hashlib.sha256(encoded.data).hexdigest()[:12]}{encoded.suffix}"
            file = self._folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(encoded.data)
            self._made[key] = name
        return self._made[key]

    @property
    def files(self) -> list[str]:
        """The paths of all that was made, in order of their names."""
        return sorted(set(self._made.values()))
