"""Draco streams and AVIF boxes: what they say of themselves, and what the document says of them."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import DracoPy

from renderd.pipeline.document import Document
from tests.renderd.hostile.attacks.attack import Change, changed
from tests.renderd.hostile.attacks.pictures import with_image
from tests.renderd.models import first_primitive, picture, sheet

DRACO = "KHR_draco_mesh_compression"
EDGEBREAKER_COUNTS = 12
"""Where a stream's numbers of vertices and faces begin."""


def stream() -> bytes:
    shape = sheet(6)
    return bytes(DracoPy.encode(shape.positions, shape.indices.reshape(-1, 3), quantization_bits=14))


def holding(data: Callable[[], bytes], vertices: int = 0, faces: int = 0, number: int = 0) -> Change:
    """A primitive in a stream, of which the document says so many vertices and faces, or the truth."""

    def change(document: Document) -> None:
        true = DracoPy.decode(stream())
        counts = vertices or len(true.points), 3 * faces or true.faces.size
        points = document.add("accessors", {"componentType": 5126, "type": "VEC3", "count": counts[0]})
        indices = document.add("accessors", {"componentType": 5125, "type": "SCALAR", "count": counts[1]})
        packed = {"bufferView": document.add_view(data()), "attributes": {"POSITION": number}}
        primitive = first_primitive(document)
        primitive.clear()
        primitive |= {"attributes": {"POSITION": points}, "indices": indices, "extensions": {DRACO: packed}}
        document.json["extensionsUsed"] = document.json["extensionsRequired"] = [DRACO]

    return change


def patched(at: int, new: bytes) -> Callable[[], bytes]:
    """A stream with other bytes at a place."""
    return lambda: stream()[:at] + new + stream()[at + len(new) :]


def of_noise() -> bytes:
    return stream()[:24] + bytes(byte ^ 0x5A for byte in stream()[24:])


def avif() -> bytes:
    out = io.BytesIO()
    picture(64).save(out, "AVIF")
    return out.getvalue()


def vast_avif() -> bytes:
    """A small AVIF that says 60,000 × 60,000."""
    data, at = bytearray(avif()), avif().index(b"ispe")
    struct.pack_into(">II", data, at + 8, 60_000, 60_000)
    return bytes(data)


def long_box() -> bytes:
    data, at = bytearray(avif()), avif().index(b"meta")
    struct.pack_into(">I", data, at - 4, 0x7FFFFFFF)
    return bytes(data)


ATTACKS = (
    changed("a Draco stream of noise", holding(of_noise), "can't be decoded"),
    changed("a Draco stream of something else", holding(lambda: b"MZ" + bytes(99)), "does not begin as one"),
    changed("a Draco stream of nothing", holding(lambda: b"DRACO"), "does not begin as one"),
    changed("half a Draco stream", holding(lambda: stream()[:60]), "can't be decoded"),
    changed("a Draco stream of another version", holding(patched(5, b"\x07\x09")), "Draco 7.9"),
    changed("a Draco stream of points", holding(patched(7, b"\0")), "no plain mesh"),
    changed(
        "a Draco stream of billions",
        holding(patched(EDGEBREAKER_COUNTS, b"\xff\xff\xff\xff\x0f" * 2)),
        "4294967295 triangles and 4294967295 vertices",
    ),
    changed(
        "a Draco stream and a document of millions",
        holding(patched(EDGEBREAKER_COUNTS, b"\x80\x80\x80\x01" * 2), vertices=1 << 21, faces=1 << 21),
        "bytes hold 2097152 triangles",
    ),
    changed("a Draco stream of fewer vertices", holding(stream, vertices=9), "but the model says"),
    changed("a Draco stream of more vertices", holding(stream, vertices=10_000), "not as the model says"),
    changed("an attribute that Draco doesn't have", holding(stream, number=7), "has no POSITION"),
    with_image("an AVIF that says 60,000 × 60,000", vast_avif, "60000 × 60000"),
    with_image("an AVIF whose box is too long", long_box, "beyond its end"),
    with_image("half an AVIF", lambda: avif()[:60], "box of"),
    with_image("an AVIF of many pictures", lambda: avif().replace(b"avif", b"avis", 1), "picture of kind"),
    with_image("a video called AVIF", lambda: avif().replace(b"avif", b"isom", 1), "picture of kind"),
)
