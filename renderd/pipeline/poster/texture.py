"""Textures of a document: decoded once, filtered, wrapped and transformed as glTF says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderd.pipeline.document import Document, Json
from renderd.pipeline.materials import moved, texture_set
from renderd.pipeline.poster.pyramid import DECODE_PLAIN, DECODE_SRGB, REPEAT, Floats, Pyramid, floats
from renderd.pipeline.poster.vectors import unit

LARGEST = 2048
"""A poster of 1,200 pixels never shows more of a texture than this; larger ones are halved while decoding."""


@dataclass(frozen=True, slots=True)
class Texture:
    """A picture as one material uses it: which set of uvs, and how KHR_texture_transform moves them."""

    pyramid: Pyramid
    uv_set: int
    linear: Floats
    offset: Floats

    def at(self, uvs: Floats, footprint: Floats) -> Floats:
        """Values (n, 4) at ``uvs`` (2, n, 2), seen by pixels that are ``footprint`` (2, n) wide."""
        place = uvs[self.uv_set] @ self.linear.T + self.offset
        side = np.sqrt(self.pyramid.widths[0] * self.pyramid.heights[0] * abs(np.linalg.det(self.linear)))
        blur = np.log2(np.maximum(footprint[self.uv_set] * np.float32(side), 1))
        return self.pyramid.at(place[:, 0], place[:, 1], np.rint(blur).astype(np.int64))

    def turned(self, tangents: Floats, bitangents: Floats) -> tuple[Floats, Floats]:
        """The directions in which the moved u grows and the moved v shrinks, (n, 3) each, unit length.

        ``tangents`` and ``bitangents`` (2, n, 3) are those of the unmoved uvs.
        """
        along, across = tangents[self.uv_set], -bitangents[self.uv_set]
        inverse = np.linalg.pinv(self.linear).astype(np.float32)
        new_along = inverse[0, 0] * along + inverse[1, 0] * across
        new_across = inverse[0, 1] * along + inverse[1, 1] * across
        return unit(new_along), unit(-new_across)


class Textures:
    """The textures of a document, each picture decoded at most once.

    ``pictures`` are those that somebody has decoded already, by index of the image; more are added to them.
    """

    def __init__(self, document: Document, pictures: dict[int, Pyramid] | None = None) -> None:
        self._document = document
        self._pictures: dict[int, Pyramid] = {} if pictures is None else pictures
        self._made: dict[str, Texture | None] = {}

    def get(self, info: Json, srgb: bool) -> Texture | None:
        """The texture that a material's texture info names; None if it has no picture."""
        key = f"{info}{srgb}"
        if key not in self._made:
            self._made[key] = self._make(info, srgb)
        return self._made[key]

    def _make(self, info: Json, srgb: bool) -> Texture | None:
        image = self._document.texture_image(info["index"])
        if image is None:
            return None
        if image not in self._pictures:
            self._pictures[image] = Pyramid.of(decoded(self._document.image(image)))
        decode, wrap = DECODE_SRGB if srgb else DECODE_PLAIN, self._wrap(info)
        pyramid = replace(self._pictures[image], decode=decode, wrap=wrap)
        move = moved(info)
        offset = floats(move.get("offset", (0, 0)))
        return Texture(pyramid, min(texture_set(info), 1), _linear(move), offset)

    def _wrap(self, info: Json) -> tuple[int, int]:
        texture = self._document.json["textures"][info["index"]]
        sampler = self._document.json["samplers"][texture["sampler"]] if "sampler" in texture else {}
        return sampler.get("wrapS", REPEAT), sampler.get("wrapT", REPEAT)


def decoded(encoded: bytes) -> list[NDArray[np.uint8]]:
    """An image in all its sizes, none larger than LARGEST."""
    with Image.open(BytesIO(encoded)) as image:
        image.draft("RGB", (LARGEST, LARGEST))
        return halvings(image)


def halvings(image: Image.Image) -> list[NDArray[np.uint8]]:
    """A picture, halved until no side is longer than LARGEST, and its halvings: (height, width, 4) each."""
    # Channels are independent data: Pillow must not weigh them with alpha, as it does for whole pictures.
    channels = list(image.convert("RGBA").split())
    while max(channels[0].size) > LARGEST:
        channels = [channel.reduce(2) for channel in channels]
    levels = [np.dstack([np.asarray(channel) for channel in channels])]
    while min(channels[0].size) > 1:
        channels = [channel.reduce(2) for channel in channels]
        levels.append(np.dstack([np.asarray(channel) for channel in channels]))
    return levels


def _linear(move: Json) -> Floats:
    """The 2×2 part of KHR_texture_transform: scale first, then turn."""
    angle = float(move.get("rotation", 0.0))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(turn * np.asarray(move.get("scale", (1.0, 1.0))), np.float32)
