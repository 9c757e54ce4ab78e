"""Ways to break a file that know its structure. All of them follow the random source that they are given."""

from __future__ import annotations

import copy
import json
import re
import struct
from collections.abc import Callable
from random import Random
from typing import Any

from renderd.pipeline.document import write_glb

NUMBERS: tuple[int | float, ...] = (
    *(0, 1, -1, 2, 3, 4, 7, 16, 100, 127, 128, 255, 256, 65535, 65536, 100_000, 1_000_003),
    *((1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 53, -(1 << 31), 5120, 5121, 5123, 5125, 5126),
    *(0.5, -0.5, 1.5, 1e-45, 1e-20, 1e7, 9.9e7, 1e38, -1e38, 3.5e38, 1e300),
)
WORDS = (
    *(
        "",
        "x",
        "../a.png",
        "a.png",
        "data:,",
        "data:;base64,AAAA",
        "http://a/b",
        "VEC2",
        "VEC3",
        "VEC4",
        "MAT4",
    ),
    *(
        "SCALAR",
        "POSITION",
        "NORMAL",
        "TANGENT",
        "TEXCOORD_0",
        "TEXCOORD_1",
        "COLOR_0",
        "JOINTS_0",
        "WEIGHTS_0",
    ),
    *(
        "BLEND",
        "MASK",
        "OPAQUE",
        "STEP",
        "LINEAR",
        "CUBICSPLINE",
        "translation",
        "weights",
        "rotation",
        "pointer",
    ),
    *(
        "2.0",
        "2.1",
        "image/png",
        "image/jpeg",
        "ATTRIBUTES",
        "TRIANGLES",
        "OCTAHEDRAL",
        "\u0000",
        "é\u202e",
        "x" * 2000,
    ),
)
EXTENSIONS: tuple[dict[str, Any], ...] = (
    {"KHR_texture_transform": {"offset": [0.5, 0.5], "scale": [2, 2], "texCoord": 1}},
    {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 0, "SCALE": 0}}},
    {"KHR_node_visibility": {"visible": False}},
    {"KHR_materials_variants": {"mappings": [{"material": 0, "variants": [0]}]}},
    {
        "KHR_materials_pbrSpecularGlossiness": {
            **{"diffuseFactor": [1, 0, 0, 1], "glossinessFactor": 0.5, "specularFactor": [1, 1, 1]},
            **{"specularGlossinessTexture": {"index": 0}, "diffuseTexture": {"index": 0}},
        }
    },
    {"KHR_materials_transmission": {"transmissionFactor": 1}, "KHR_materials_volume": {"thicknessFactor": 1}},
    {"KHR_materials_clearcoat": {"clearcoatFactor": 1, "clearcoatNormalTexture": {"index": 0}}},
    {"KHR_materials_unlit": {}},
    {"EXT_texture_webp": {"source": 0}},
    {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}},
    {
        "EXT_meshopt_compression": {
            **{"buffer": 0, "byteLength": 64, "byteStride": 12, "count": 8, "mode": "ATTRIBUTES"}
        }
    },
)
SPARSE = {
    "count": 2,
    "indices": {"bufferView": 0, "componentType": 5123},
    "values": {"bufferView": 1, "byteOffset": 0},
}

Place = tuple[Any, Any]
"""An object or array, and the key or index in it."""


def places(value: Any) -> list[Place]:
    """Every place in a JSON document."""
    found: list[Place] = []
    stack = [value]
    while stack:
        item = stack.pop()
        entries = (
            item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        )
        for key, entry in entries:
            found.append((item, key))
            if isinstance(entry, dict | list):
                stack.append(entry)
    return found


def changed_json(random: Random, document: Any) -> None:
    """Break one to four values in place."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        there = places(document)
        if there:
            holder, key = random.choice(there)
            random.choice(CHANGES)(random, holder, key, there)


def other_value(random: Random, holder: Any, key: Any, _: list[Place]) -> None:
    """Another value of the same type, or one of another."""
    value = holder[key]
    if isinstance(value, bool) or random.random() < 0.1:
        holder[key] = random.choice((None, True, False, {}, [], "x", 1.5, -1, [[]], {"index": 0}))
    elif isinstance(value, int | float):
        near = (value + 1, value - 1, value * 2, -value, random.randrange(12), 3 * value)
        holder[key] = random.choice(NUMBERS if random.random() < 0.5 else near)
    elif isinstance(value, str):
        holder[key] = random.choice(WORDS)
    elif isinstance(value, list) and value:
        items: tuple[list[Any], ...] = (
            [*value, copy.deepcopy(random.choice(value))],
            value[1:],
            value * 50,
            value[::-1],
            [],
        )
        holder[key] = random.choice(items)


def gone(_: Random, holder: Any, key: Any, __: list[Place]) -> None:
    """Nothing."""
    del holder[key]


def from_elsewhere(random: Random, holder: Any, key: Any, there: list[Place]) -> None:
    """What stands in another place."""
    source, name = random.choice(there)
    holder[key] = copy.deepcopy(source[name])


def renamed(random: Random, holder: Any, key: Any, there: list[Place]) -> None:
    """The same value under another name, of those in the file or of the format."""
    if isinstance(holder, dict):
        names = [name for _, name in there if isinstance(name, str)]
        holder[random.choice(names + list(WORDS[7:24]))] = holder.pop(key)


def extended(random: Random, holder: Any, _: Any, __: list[Place]) -> None:
    """An extension, or sparse values."""
    if isinstance(holder, dict):
        if "componentType" in holder and random.random() < 0.6:
            holder["sparse"] = copy.deepcopy(SPARSE)
        else:
            own = holder.setdefault("extensions", {})
            if isinstance(own, dict):
                own.update(copy.deepcopy(random.choice(EXTENSIONS)))


Change = Callable[[Random, Any, Any, list[Place]], None]
CHANGES: tuple[Change, ...] = (other_value, other_value, other_value, gone, from_elsewhere, renamed, extended)


def changed_bytes(random: Random, data: bytes, head: int = 0) -> bytes:
    """Flip, overwrite, repeat or drop some bytes; often within the first ``head``."""
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        if len(out) < 8:
            break
        end = min(head, len(out) - 4) if head and random.random() < 0.7 else len(out) - 4
        at = random.randrange(max(end, 1))
        match random.randrange(6):
            case 0:
                out[at] ^= 1 << random.randrange(8)
            case 1:
                out[at : at + 4] = random.choice((b"\xff" * 4, bytes(4), b"\0\0\x80\x7f", b"\0\0\xc0\x7f"))
            case 2:
                out[at : at + 4] = struct.pack(random.choice("<>") + "I", random.choice((1, 255, 1 << 24, 9)))
            case 3:
                out[at] = random.randrange(256)
            case 4:
                out[at:at] = out[at : at + random.randrange(1, 64)]
            case _:
                del out[at : at + random.randrange(1, 64)]
    return bytes(out[: random.randrange(len(out) + 1)] if random.random() < 0.05 else out)


def changed_glb(random: Random, data: bytes) -> bytes:
    """Break the JSON of a GLB, its numbers, or its container."""
    (size,) = struct.unpack_from("<I", data, 12)
    document, binary = json.loads(data[20 : 20 + size]), data[28 + size :]
    if random.random() < 0.75:
        changed_json(random, document)
    if random.random() < 0.35:
        same = bytearray(changed_bytes(random, binary))[: len(binary)]
        binary = bytes(same) + bytes(len(binary) - len(same))
    made = write_glb(document, binary)
    return changed_bytes(random, made, 28) if random.random() < 0.06 else made


def changed_text(random: Random, data: bytes) -> bytes:
    """Break the numbers, words and lines of a text; bytes that are none stay as they are."""
    lines = data.split(b"\n")
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(min(len(lines), 60))
        words = re.split(rb"(\s+|/)", lines[at])
        match random.randrange(6):
            case 0 | 1:
                new = str(random.choice(NUMBERS)).encode()
                words[random.randrange(len(words))] = random.choice((new, b"nan", b"-1", b"1e999", b""))
                lines[at] = b"".join(words)
            case 2:
                lines[at] = random.choice(lines[:60])
            case 3:
                lines[at:at] = [lines[at]] * random.choice((1, 3, 200))
            case 4:
                del lines[at]
                lines = lines or [b""]
            case _:
                lines[at] = changed_bytes(random, lines[at] + b" " * 8)
    made = b"\n".join(lines)
    return changed_bytes(random, made) if random.random() < 0.2 else made
