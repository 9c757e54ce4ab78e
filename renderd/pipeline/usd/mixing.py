"""Pictures of a package as glTF wants them: as they are where that will do, else put together."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from renderd.pipeline.archive import Archive
from renderd.pipeline.document import Array, Document
from renderd.pipeline.mtl import as_png
from renderd.pipeline.surfaces import linear
from renderd.pipeline.usd.layers import resolve
from renderd.pipeline.usd.networks import Tap

SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Images:
    """The images of a document that come from a package."""

    def __init__(self, document: Document, archive: Archive, folder: Path) -> None:
        self._document = document
        self._archive = archive
        self._folder = folder
        self._images: dict[object, int] = {}
        self._textures: dict[tuple[int, tuple[int, int]], int] = {}

    def texture(self, image: int, wrap: tuple[int, int]) -> int:
        """A texture that shows an image with a way of repeating."""
        key = (image, wrap)
        if key not in self._textures:
            sampler = self._document.add("samplers", {"wrapS": wrap[0], "wrapT": wrap[1]})
            self._textures[key] = self._document.add("textures", {"source": image, "sampler": sampler})
        return self._textures[key]

    def color(self, tap: Tap) -> int:
        """The picture of a tap as it is; one with a bias, which glTF has not, with scale and bias in it."""
        if tap.biased:
            key = ("shifted", tap.place, tap.scale, tap.bias)
            if key not in self._images:
                self._images[key] = self._add(png(self._shifted(tap)))
            return self._images[key]
        return self._plain(tap)

    def _shifted(self, tap: Tap) -> Image.Image:
        """The picture of a colour, times scale, plus bias (both are linear), with the alpha that it has."""
        picture = self._open(tap).convert("RGBA")
        values = linear(np.asarray(picture.convert("RGB"), np.float64) / 255)
        values = np.clip(values * tap.scale[:3] + tap.bias[:3], 0, 1)
        shifted = Image.fromarray(np.rint(encoded(values) * 255).astype(np.uint8))
        shifted.putalpha(picture.getchannel("A"))
        return shifted

    def _plain(self, tap: Tap) -> int:
        name = self._name(tap)
        if name not in self._images:
            self._images[name] = self._add(self._read(name))
        return self._images[name]

    def covered(self, color: Tap | None, opacity: Tap | None) -> int:
        """The picture of a colour (None: white) whose alpha is an opacity (None: as it is)."""
        if color is not None and (opacity is None or plain_alpha(color, opacity)):
            return self.color(color)
        assert opacity is not None
        key = (
            "covered",
            color and (color.place, color.scale, color.bias),
            opacity.place,
            opacity.channel,
            opacity.scale,
            opacity.bias,
        )
        if key not in self._images:
            alpha = self._channel(opacity)
            size = alpha.shape[1], alpha.shape[0]
            picture = Image.new("RGB", size, "white") if color is None else self._opaque(color)
            cover = Image.fromarray(np.rint(alpha * 255).astype(np.uint8)).resize(picture.size)
            picture.putalpha(cover)
            self._images[key] = self._add(png(picture))
        return self._images[key]

    def _opaque(self, tap: Tap) -> Image.Image:
        return (self._shifted(tap) if tap.biased else self._open(tap)).convert("RGB")

    def mixed(self, channels: dict[str, Tap]) -> int:
        """A picture that has each tap in the channel (r, g or b) under which it stands; others are 1."""
        taps = list(channels.values())
        same = all(tap.place == taps[0].place for tap in taps)
        fitting = same and all(tap.channel == key and as_is(tap) for key, tap in channels.items())
        if fitting and (len(channels) > 1 or "r" in channels or self._flat_besides(channels)):
            return self._plain(taps[0])
        key = ("mixed", *((k, tap.place, tap.channel, tap.scale, tap.bias) for k, tap in channels.items()))
        if key not in self._images:
            self._images[key] = self._add(png(self._mix(channels)))
        return self._images[key]

    def normals(self, tap: Tap) -> int:
        """The picture of a normal map; one whose y points down is turned up."""
        if tap.scale[1] >= 0:
            return self._plain(tap)
        key = ("turned", tap.place)
        if key not in self._images:
            values = np.array(self._open(tap).convert("RGB"))
            values[..., 1] = 255 - values[..., 1]
            self._images[key] = self._add(png(Image.fromarray(values)))
        return self._images[key]

    def _mix(self, channels: dict[str, Tap]) -> Image.Image:
        values = {key: self._channel(tap) for key, tap in channels.items()}
        height = max(value.shape[0] for value in values.values())
        width = max(value.shape[1] for value in values.values())
        bands = [Image.new("L", (width, height), 255) for _ in "rgb"]
        for key, value in values.items():
            band = Image.fromarray(np.rint(value * 255).astype(np.uint8))
            bands["rgb".index(key)] = band.resize((width, height))
        return Image.merge("RGB", bands)

    def _flat_besides(self, channels: dict[str, Tap]) -> bool:
        """Whether the channel of metal and roughness that nobody asked for is full anyway."""
        (tap,) = channels.values()
        other = {"g": "B", "b": "G"}[tap.channel]
        return bool(np.asarray(self._open(tap).convert("RGB").getchannel(other)).min() == 255)

    def _channel(self, tap: Tap) -> Array:
        """The values of the one channel that a tap reads, 0 to 1, scale and bias applied."""
        picture = self._open(tap).convert("RGBA")
        values = np.asarray(picture.getchannel("RGBA"["rgba".index(tap.channel[0])]), np.float32) / 255
        moved: Array = np.clip(values * tap.number("scale") + tap.number("bias"), 0, 1)
        return moved

    def _name(self, tap: Tap) -> str:
        return resolve(self._archive, self._folder, tap.layer, tap.path)

    def _read(self, name: str) -> bytes:
        """A picture file as PNG, JPEG or WebP; raises ModelError."""
        return as_png(self._archive.read(name), name)

    def _open(self, tap: Tap) -> Image.Image:
        # The size was looked at when the file was read, and damage shows when the levels are made.
        return Image.open(io.BytesIO(self._read(self._name(tap))))

    def _add(self, data: bytes) -> int:
        kind = next((kind for head, kind in SIGNATURES.items() if data.startswith(head)), "image/webp")
        return self._document.add("images", {"bufferView": self._document.add_view(data), "mimeType": kind})


def encoded(values: Array) -> Array:
    """sRGB values of linear ones from 0 to 1 (IEC 61966-2-1)."""
    low: Array = values * 12.92
    return np.where(values <= 0.0031308, low, 1.055 * np.maximum(values, 0.0031308) ** (1 / 2.4) - 0.055)


def plain_alpha(color: Tap, opacity: Tap) -> bool:
    """Whether an opacity is the alpha of the colour's own picture."""
    return opacity.place == color.place and opacity.channel == "a" and as_is(opacity)


def as_is(tap: Tap) -> bool:
    """Whether the channel goes through without scale and bias."""
    return tap.number("scale") == 1 and tap.number("bias") == 0


def png(picture: Image.Image) -> bytes:
    """PNG bytes, quickly."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
