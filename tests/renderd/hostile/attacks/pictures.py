"""Pictures: headers that lie, floods of pixels, and what hides beside them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from renderd.pipeline.document import Document
from tests.renderd.hostile.attacks.attack import Attack, changed
from tests.renderd.models import picture, png

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def made_png(width: int, height: int, pixels: bytes, *more: bytes, depth: int = 8, color: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return SIGNATURE + head + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def flat(width: int, height: int, *more: bytes) -> bytes:
    """A PNG of one colour."""
    return made_png(width, height, zlib.compress(bytes((3 * width + 1) * height), 9), *more)


def encoded(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture(64).save(out, kind, **options)
    return out.getvalue()


def animation(kind: str) -> bytes:
    frames = [picture(64, seed=seed) for seed in (1, 2, 3)]
    return encoded(kind, save_all=True, append_images=frames, duration=50)


def resized_jpeg() -> bytes:
    """A small JPEG that says 65,500 × 65,500."""
    data = bytearray(encoded("JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, 65_500, 65_500)
    return bytes(data)


def scans() -> bytes:
    data = encoded("JPEG", progressive=True)
    at = data.index(b"\xff\xda")
    end = data.index(b"\xff\xd9", at)
    return data[:at] + data[at:end] * 200 + data[end:]


def large_webp() -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\x7f" * 2
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def profile() -> bytes:
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1 << 10)) + bytes(5 << 20))


def garbage() -> bytes:
    return made_png(64, 64, b"\x78\x9c" + b"\xff" * 400)


def with_image(name: str, data: Callable[[], bytes], words: str, times: int = 1) -> Attack:
    """A model whose material shows a picture of these bytes."""

    def change(document: Document) -> None:
        view = document.add_view(data())
        for _ in range(times):
            document.add("images", {"bufferView": view, "mimeType": "image/png"})
        document.add("textures", {"source": 0})
        document.json["materials"][0]["normalTexture"] = {"index": 0}

    return changed(name, change, words)


ATTACKS = (
    with_image(
        "a PNG that says 60,000 × 60,000", lambda: made_png(60_000, 60_000, bytes(64)), "60000 × 60000"
    ),
    with_image(
        "a PNG of 8192² pixels from 100 bytes", lambda: made_png(8192, 8192, bytes(100)), "holds only 100"
    ),
    with_image("a PNG without pixels", lambda: made_png(0, 8, bytes(9)), "0 × 8"),
    with_image("a PNG of 7 bits", lambda: made_png(8, 8, bytes(99), depth=7), "7 bits"),
    with_image("a PNG whose chunk is too long", lambda: flat(8, 8)[:-40] + b"\xff" * 40, "beyond its end"),
    with_image("an animated PNG", lambda: flat(8, 8, chunk(b"acTL", bytes(8))), "animated"),
    with_image("a colour profile of 5 MB", lambda: flat(8, 8, profile()), "beside its pixels"),
    with_image("compressed noise", lambda: garbage(), "can't be decoded"),
    with_image("an animated WebP", lambda: animation("WEBP"), "animated"),
    with_image("a WebP of 8 million pixels a side", lambda: large_webp(), "8388608"),
    with_image("an animated GIF", lambda: animation("GIF"), "not an image"),
    with_image("a JPEG that says 65,500 × 65,500", lambda: resized_jpeg(), "65500 × 65500"),
    with_image("a JPEG that breaks off", lambda: encoded("JPEG", quality=95)[:700], "cut off"),
    with_image("a JPEG of 200 scans", lambda: scans(), "scans"),
    with_image("a program called PNG", lambda: b"MZ\x90\0" + bytes(200), "not an image"),
    with_image("a page called PNG", lambda: b"<svg onload='alert(1)'/>", "not an image"),
    with_image("300 pictures", lambda: png(picture(8)), "300 images", times=300),
    with_image(
        "thirteen pictures of 8192²", lambda: made_png(8192, 8192, bytes(200_000)), "pixels in all", times=13
    ),
)
