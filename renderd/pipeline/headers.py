"""Sizes of pictures by their own headers, read here, so that no decoder sees what only claims to be one.

PNG: ISO/IEC 15948, §5 and §11; JPEG: ITU-T T.81, annex B; WebP: RFC 9649; AVIF: ISO/IEC 23000-22 with the
boxes of ISO/IEC 14496-12. Nothing is decoded or unpacked.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import Bytes

MOST_IMAGES, MOST_SIDE, MOST_TEXELS = 256, 8192, 768 << 20
MOST_BESIDE = 4 << 20
"""Bytes of a picture's colour profile, texts and other things beside its pixels."""

MOST_SCANS = 100
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
DEFLATE_RATIO = 1032
"""More than this deflate can't shrink anything (zlib's technical details)."""

Size = tuple[int, int]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a PNG's pixel by its colour type."""


def check_images(document: Document) -> None:
    """Headers of the images: known formats, and few enough texels; nothing is decoded."""
    images = document.items("images")
    if len(images) > MOST_IMAGES:
        raise ModelError(f"the model has {len(images)} images; at most {MOST_IMAGES} are read")
    texels = 0
    for index in range(len(images)):
        view = document.views[images[index]["bufferView"]]
        width, height = image_size(view, f"image {index}")
        texels += width * height
        if texels > MOST_TEXELS:
            raise ModelError(
                f"the images have more than {MOST_TEXELS} pixels in all, which is all that is read"
            )


def image_size(data: Bytes, name: str) -> Size:
    """Width and height of a PNG, JPEG, WebP or AVIF; raises ModelError if it can't be one."""
    data = memoryview(data)
    head = bytes(data[:12])
    try:
        if head[:8] == PNG:
            size = png_size(data, name)
        elif head[:3] == JPEG:
            size = jpeg_size(data, name)
        elif head[:4] == b"RIFF" and head[8:] == b"WEBP":
            size = webp_size(data, name)
        elif head[4:8] == b"ftyp":
            size = avif_size(data, name)
        else:
            raise ModelError(f"{name} is not an image that we know; expected PNG, JPEG or WebP")
    except (struct.error, IndexError) as error:
        raise ModelError(f"{name} ends within its header: is it cut off?") from error
    check_side(size, name)
    return size


def check_side(size: Size, name: str) -> None:
    """Raise ModelError for a picture with no pixels or too many in a row."""
    if not 0 < min(size) <= max(size) <= MOST_SIDE:
        raise ModelError(f"{name} has {size[0]} × {size[1]} pixels; expected 1 to {MOST_SIDE} a side")


# --- PNG ------------------------------------------------------------------------------------------


def png_size(data: memoryview, name: str) -> Size:
    """By IHDR; the chunks must lie within the file, and the pixels must have had room in them."""
    width, height, depth, color = struct.unpack_from(">IIBB", data, 16)
    check_side((width, height), name)
    if depth not in (1, 2, 4, 8, 16) or color not in CHANNELS:
        raise ModelError(f"{name} is a PNG of {depth} bits in colour type {color}, which there is not")
    pixels = beside = 0
    for kind, size in png_chunks(data, name):
        if kind == b"acTL":
            raise ModelError(f"{name} is an animated picture; expected a still one")
        pixels, beside = (pixels + size, beside) if kind == b"IDAT" else (pixels, beside + size)
    if beside > MOST_BESIDE:
        raise ModelError(f"{name} holds {beside} bytes beside its pixels; at most {MOST_BESIDE} are read")
    if width * height * CHANNELS[color] * depth // 8 > (pixels + 64) * DEFLATE_RATIO:
        raise ModelError(f"{name} says that it has {width} × {height} pixels, but holds only {pixels} bytes")
    return width, height


def png_chunks(data: memoryview, name: str) -> Iterator[tuple[bytes, int]]:
    """Kind and length of the chunks up to IEND; raises ModelError."""
    at = 8
    while True:
        if at + 12 > len(data):
            raise ModelError(f"{name} is cut off: a PNG that does not end")
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IEND":
            return
        if (at == 8) != (kind == b"IHDR"):
            raise ModelError(f"{name} is a PNG whose header is not where it belongs")
        if size > len(data) - at - 12:
            raise ModelError(f"{name} has a PNG chunk of {size} bytes, beyond its end")
        yield kind, size
        at += 12 + size


# --- JPEG -----------------------------------------------------------------------------------------


def jpeg_size(data: memoryview, name: str) -> Size:
    """By the frame header; with few scans, since each is a pass over all pixels."""
    size = jpeg_frame(data, name)
    check_side(size, name)
    whole = bytes(data)
    if whole.rfind(b"\xff\xd9") < 0:
        raise ModelError(f"{name} is cut off: a JPEG that does not end")
    if whole.count(b"\xff\xda") > MOST_SCANS:
        raise ModelError(f"{name} has more than {MOST_SCANS} scans, each a pass over all its pixels")
    return size


def jpeg_frame(data: memoryview, name: str) -> Size:
    """Width and height in the first frame header before the first scan."""
    at, beside = 2, 0
    while True:
        mark, kind = data[at], data[at + 1]
        if mark != 0xFF or kind == 0xDA:
            raise ModelError(f"{name} is a JPEG without a frame header")
        if kind == 0xFF or 0xD0 <= kind <= 0xD8 or kind == 0x01:
            at += 1 if kind == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            bits, height, width, parts = struct.unpack_from(">BHHB", data, at + 4)
            if bits != 8 or parts not in (1, 3, 4) or kind not in (0xC0, 0xC1, 0xC2):
                raise ModelError(f"{name} is a JPEG of a rare kind; expected 8 bits, baseline or progressive")
            return width, height
        beside += length
        if length < 2 or beside > MOST_BESIDE:
            raise ModelError(f"{name} holds {beside} bytes beside its pixels; at most {MOST_BESIDE} are read")
        at += 2 + length


# --- WebP -----------------------------------------------------------------------------------------


def webp_size(data: memoryview, name: str) -> Size:
    """By the first chunk: VP8, VP8L, or the canvas of VP8X."""
    (stated,) = struct.unpack_from("<I", data, 4)
    if stated + 8 > len(data):
        raise ModelError(f"{name} is cut off: it says that it has {stated + 8} bytes, but has {len(data)}")
    kind = bytes(data[12:16])
    if kind == b"VP8X":
        if data[20] & 2:
            raise ModelError(f"{name} is an animated picture; expected a still one")
        high = bytes(data[24:30])
        return int.from_bytes(high[:3], "little") + 1, int.from_bytes(high[3:6], "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ModelError(f"{name} is a WebP that begins with {kind!r}; expected VP8, VP8L or VP8X")


# --- AVIF -----------------------------------------------------------------------------------------


def avif_size(data: memoryview, name: str) -> Size:
    """The largest extent among the properties of the items: meta › iprp › ipco › ispe."""
    if bytes(data[8:12]) != b"avif":
        raise ModelError(f"{name} is a picture of kind {bytes(data[8:12])!r}; expected PNG, JPEG or WebP")
    properties = data
    for wanted in (b"meta", b"iprp", b"ipco"):
        found = next((body for kind, body in boxes(properties, name) if kind == wanted), None)
        if found is None:
            raise ModelError(f"{name} is an AVIF without a description of its pixels")
        properties = found[4:] if wanted == b"meta" else found
    extents = [
        struct.unpack_from(">II", body, 4) for kind, body in boxes(properties, name) if kind == b"ispe"
    ]
    if not extents:
        raise ModelError(f"{name} is an AVIF that does not say how large it is")
    return max(width for width, _ in extents), max(height for _, height in extents)


def boxes(data: memoryview, name: str) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content of the boxes one after the other; raises ModelError."""
    at = 0
    for _ in range(1000):
        if at + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 16 if size == 1 else 8
        size = struct.unpack_from(">Q", data, at + 8)[0] if size == 1 else size or len(data) - at
        if not head <= size <= len(data) - at:
            raise ModelError(f"{name} has a box of {size} bytes, beyond its end")
        yield kind, data[at + head : at + size]
        at += size
    raise ModelError(f"{name} has more than 1000 boxes")
