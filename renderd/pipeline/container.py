"""The outermost gate: a GLB's chunks, and its JSON within bounds, before any value is believed.

The container is that of the glTF 2.0 specification, §4.4. What the specification lets a reader ignore but
no exporter writes (bytes after the end, second chunks of a kind) is refused: it only serves to hide things.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np

from renderd.pipeline.document import CHUNK_BIN, CHUNK_JSON, GLB_MAGIC, Json
from renderd.pipeline.errors import ModelError

MOST_JSON = 32 << 20
MOST_DEPTH = 64
MOST_VALUES = 4_000_000
MOST_CHUNKS = 16


def glb_chunks(data: memoryview) -> tuple[memoryview, memoryview]:
    """The JSON and binary chunk of a GLB; raises ModelError if the container is not sound."""
    if len(data) < 20:
        raise ModelError(f"the GLB ends after {len(data)} bytes, within its header")
    magic, version, length = struct.unpack_from("<III", data)
    if magic != GLB_MAGIC or version != 2:
        raise ModelError(f"the file is GLB version {version}; expected 2")
    if length > len(data):
        raise ModelError(
            f"the GLB says that it has {length} bytes, but ends after {len(data)}: is it cut off?"
        )
    if length < len(data):
        raise ModelError(f"{len(data) - length} bytes follow the end of the GLB; expected nothing there")
    chunks = list(walk(data))
    if not chunks or chunks[0][0] != CHUNK_JSON:
        raise ModelError("the GLB's first chunk is not JSON")
    kinds = [kind for kind, _ in chunks]
    if kinds.count(CHUNK_JSON) > 1 or kinds.count(CHUNK_BIN) > 1:
        raise ModelError("the GLB has two chunks of the same kind; expected one JSON and one BIN")
    if CHUNK_BIN in kinds and kinds[1] != CHUNK_BIN:
        raise ModelError("the GLB's BIN chunk is not the second one")
    return chunks[0][1], dict(chunks).get(CHUNK_BIN, data[:0])


def walk(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Kind and bytes of each chunk, up to the end of the file; raises ModelError."""
    at, number = 12, 0
    while at < len(data):
        if number == MOST_CHUNKS:
            raise ModelError(f"the GLB has more than {MOST_CHUNKS} chunks; expected two")
        if at + 8 > len(data):
            raise ModelError("the GLB ends within the header of a chunk")
        size, kind = struct.unpack_from("<II", data, at)
        if size > len(data) - at - 8:
            first = "first chunk" if at == 12 else f"chunk {number}"
            raise ModelError(f"the GLB's {first} states {size} bytes, but only {len(data) - at - 8} follow")
        if size % 4:
            raise ModelError(f"a chunk of the GLB has {size} bytes; expected a multiple of 4")
        yield kind, data[at + 8 : at + 8 + size]
        at, number = at + 8 + size, number + 1


def parse(data: memoryview | bytes) -> Json:
    """Parse a glTF's JSON within bounds of size and depth; raises ModelError."""
    if len(data) > MOST_JSON:
        raise ModelError(f"the model's JSON has {len(data)} bytes; at most {MOST_JSON} are read")
    # Some exporters begin with a byte order mark, which JSON hasn't.
    raw = bytes(data).removeprefix(b"\xef\xbb\xbf").rstrip(b" \0")
    if sum(map(raw.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise ModelError(f"the model's JSON has more than {MOST_VALUES} values, which is all that is read")
    try:
        document = json.loads(raw.decode(), parse_constant=refuse_constant, object_pairs_hook=without_twins)
    except RecursionError as error:
        raise ModelError(f"the model's JSON is nested deeper than {MOST_DEPTH} levels") from error
    except ValueError as error:
        raise ModelError(f"the model's JSON can't be read: {error}") from error
    if not isinstance(document, dict):
        raise ModelError("the model's JSON is not an object; expected a glTF document")
    check_values(document)
    return document


def refuse_constant(name: str) -> NoReturn:
    """NaN and infinities, which Python would read and JSON doesn't have."""
    raise ModelError(f"the model's JSON holds {name}; expected finite numbers")


def without_twins(pairs: list[tuple[str, Any]]) -> Json:
    """An object; raises ModelError if a key is there twice, which readers understand differently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = sorted(key for key, _ in pairs)
        twin = next(a for a, b in pairwise(keys) if a == b)
        raise ModelError(f"the model's JSON has the key {twin[:40]!r} twice in one object")
    return found


def check_values(document: Json) -> None:
    """Finite numbers, encodable names of ordinary length, and bounded depth, everywhere."""
    level: list[Any] = [document]
    for _ in range(MOST_DEPTH):
        for value in level:
            check_scalar(value)
        level = [v for item in level if isinstance(item, dict | list) for v in inner(item)]
        if not level:
            return
    raise ModelError(f"the model's JSON is nested deeper than {MOST_DEPTH} levels")


def inner(item: Any) -> list[Any]:
    """The values of an object, with its keys, or those of an array."""
    return [*item, *item.values()] if isinstance(item, dict) else item


def check_scalar(value: Any) -> None:
    """Raise ModelError for an infinite number or a string that is no Unicode."""
    if isinstance(value, float) and not np.isfinite(value):
        raise ModelError("the model's JSON holds a number too large; expected finite numbers")
    if isinstance(value, int) and abs(value) > 1 << 63:
        raise ModelError("the model's JSON holds a whole number too large; expected at most 64 bits")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ModelError("the model's JSON holds a name that is not valid Unicode") from error
