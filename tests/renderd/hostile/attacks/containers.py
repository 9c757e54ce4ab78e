"""GLB containers and JSON: lying lengths, hidden bytes, and text that swells when it is parsed."""

from __future__ import annotations

import struct

from renderd.pipeline.document import CHUNK_BIN, CHUNK_JSON
from tests.renderd.hostile.attacks.attack import Attack
from tests.renderd.models import model

MINIMAL = b'{"asset":{"version":"2.0"}   }'


def chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", len(data), kind) + data


def glb(*chunks: bytes) -> bytes:
    body = b"".join(chunks)
    return b"glTF" + struct.pack("<II", 2, 12 + len(body)) + body


def text(data: bytes) -> bytes:
    return chunk(CHUNK_JSON, data + b" " * (-len(data) % 4))


def with_json(value: bytes) -> bytes:
    """A GLB whose JSON has ``value`` in a place of no meaning."""
    return glb(text(b'{"asset":{"version":"2.0"},"extras":' + value + b"}"))


def valid() -> bytes:
    return model().to_glb()


def lying_chunk() -> bytes:
    data = bytearray(valid())
    struct.pack_into("<I", data, 12, 1 << 30)
    return bytes(data)


def lying_binary() -> bytes:
    data = bytearray(valid())
    (size,) = struct.unpack_from("<I", data, 12)
    struct.pack_into("<I", data, 20 + size, 0xFFFFFFF0)
    return bytes(data)


ATTACKS = (
    Attack("a program behind the end", lambda: valid() + b"MZ" + bytes(64), "follow the end of the GLB"),
    Attack("the second half is missing", lambda: valid()[:1000], "is it cut off?"),
    Attack("the JSON chunk says a gigabyte", lying_chunk, "first chunk states 1073741824"),
    Attack("the BIN chunk says four gigabytes", lying_binary, "chunk 1 states 4294967280"),
    Attack("two BIN chunks", lambda: glb(text(MINIMAL), *[chunk(CHUNK_BIN, bytes(4))] * 2), "two chunks"),
    Attack("two JSON chunks", lambda: glb(text(MINIMAL), text(MINIMAL)), "two chunks"),
    Attack("BIN before JSON", lambda: glb(chunk(CHUNK_BIN, bytes(4)), text(MINIMAL)), "is not JSON"),
    Attack("a chunk off its place", lambda: glb(text(MINIMAL), chunk(CHUNK_BIN, bytes(3))), "multiple of 4"),
    Attack("a thousand unknown chunks", lambda: glb(text(MINIMAL), chunk(7, b"") * 1000), "more than 16"),
    Attack("another version", lambda: valid()[:4] + struct.pack("<I", 9) + valid()[8:], "version 9"),
    Attack("33 MB of JSON", lambda: with_json(b'"' + b"x" * (33 << 20) + b'"'), "at most"),
    Attack("five million numbers", lambda: with_json(b"[" + b"0," * 5_000_000 + b"0]"), "values"),
    Attack("arrays in arrays", lambda: with_json(b"[" * 100_000 + b"]" * 100_000), "nested deeper"),
    Attack("objects in objects", lambda: with_json(b'{"a":' * 70 + b"1" + b"}" * 70), "nested deeper"),
    Attack("one key twice", lambda: with_json(b'{"uri":"a","uri":"b"}'), "'uri' twice"),
    Attack("a number of 5000 digits", lambda: with_json(b"9" * 5000), "can't be read"),
    Attack("a number of 30 digits", lambda: with_json(b"9" * 30), "too large"),
    Attack("NaN in JSON", lambda: with_json(b"NaN"), "NaN"),
    Attack("infinity in JSON", lambda: with_json(b"-1e999"), "too large"),
    Attack("half a character", lambda: with_json(b'"\\udc00"'), "Unicode"),
    Attack("bytes that are no text", lambda: with_json(b'"\xff\xfe"'), "can't be read"),
    Attack("text in another encoding", lambda: glb(text(MINIMAL.decode().encode("utf-16"))), "can't be read"),
    Attack("no object at all", lambda: glb(text(b"[]")), "not an object"),
)
