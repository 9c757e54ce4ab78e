"""The shape of glTF's JSON as far as the pipeline walks it: types, ranges, and indices that exist.

A ``Rule`` looks at one value and raises ModelError, which names the place. Properties without a rule are
passed through untouched. The names and ranges are those of the glTF 2.0 specification, §5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from renderd.pipeline.document import COMPONENTS, SHAPES, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.unpack import DRACO, FILTERS, MESHOPT, MODES

Rule = Callable[[Any, str, Json], None]
"""(value, where it stands, the whole document) -> None; raises ModelError."""

LARGEST = 1 << 40
MOST_NUMBER = 1e8
"""Of what places and scales things; in metres a hundred thousand kilometres."""


def wrong(where: str, expected: str) -> ModelError:
    """The error for a value that is not as expected."""
    return ModelError(f"{where} is wrong; expected {expected}")


def natural(low: int = 0, high: int = LARGEST) -> Rule:
    """A whole number from ``low`` to ``high``."""

    def rule(value: Any, where: str, _: Json) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(where, f"a whole number from {low} to {high}")

    return rule


def ref(kind: str) -> Rule:
    """An index into the top-level array ``kind``."""

    def rule(value: Any, where: str, document: Json) -> None:
        there = document.get(kind)
        count = len(there) if isinstance(there, list) else 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
            raise wrong(where, f"an index below {count}, the number of {kind}")

    return rule


def number(value: Any, where: str, _: Json) -> None:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(where, "a number")


def moderate(value: Any, where: str, _: Json) -> None:
    """A number of a size that still makes sense when several are multiplied."""
    number(value, where, _)
    if abs(value) > MOST_NUMBER:
        raise wrong(where, f"a number of ordinary size, at most {MOST_NUMBER:g}")


def text(value: Any, where: str, _: Json) -> None:
    """A string."""
    if not isinstance(value, str):
        raise wrong(where, "a string")


def boolean(value: Any, where: str, _: Json) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(where, "true or false")


def one_of(*allowed: Any) -> Rule:
    """One of the given values."""

    def rule(value: Any, where: str, _: Json) -> None:
        if not isinstance(value, str | int) or value not in allowed:
            raise wrong(where, "one of " + ", ".join(map(str, allowed)))

    return rule


def array(item: Rule, length: int | None = None, least: int = 0) -> Rule:
    """An array of items; of exactly ``length``, or of at least ``least``."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, list) or len(value) < least or (length is not None and len(value) != length):
            raise wrong(where, f"an array of {length if length is not None else f'at least {least}'} items")
        for index, entry in enumerate(value):
            item(entry, f"{where}[{index}]", document)

    return rule


def mapping(item: Rule, least: int = 0, **special: Rule) -> Rule:
    """An object whose values all follow ``item``, but those of the names in ``special``."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, dict) or len(value) < least:
            raise wrong(where, "an object")
        for key, entry in value.items():
            special.get(key, item)(entry, f"{where}.{key[:40]}", document)

    return rule


def record(*required: str, **rules: Rule) -> Rule:
    """An object with the given properties, of which ``required`` must be there."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, dict):
            raise wrong(where, "an object")
        for name in required:
            if name not in value:
                raise ModelError(f"{where} has no {name!r}, which glTF requires")
        for name, check in rules.items():
            if name in value:
                check(value[name], f"{where}.{name}", document)

    return rule


def material(value: Any, where: str, document: Json) -> None:
    """A material: every ``…Texture`` in it, extensions included, is a texture info, the rest plain values."""
    if not isinstance(value, dict):
        raise wrong(where, "an object")
    for key, entry in value.items():
        if key in ("extras", "name"):
            continue
        if key.endswith("Texture"):
            TEXTURE_INFO(entry, f"{where}.{key}", document)
        elif isinstance(entry, dict):
            material(entry, f"{where}.{key[:40]}", document)
        elif key.endswith(("Factor", "Color")) or isinstance(entry, list):
            factor(entry, f"{where}.{key[:40]}", document)
        elif key in ("extensions", "pbrMetallicRoughness") or entry is None:
            raise wrong(f"{where}.{key}", "an object")


def factor(value: Any, where: str, document: Json) -> None:
    """A number, or an array of up to four."""
    for entry in value if isinstance(value, list) and 0 < len(value) <= 4 else [value]:
        moderate(entry, where, document)


def ranged(value: Any, where: str, document: Json) -> None:
    """A number from 0 to 1."""
    number(value, where, document)
    if not 0 <= value <= 1:
        raise wrong(where, "a number from 0 to 1")


EXTENSIONS = mapping(record())
TRANSFORM = record(
    offset=array(moderate, 2), scale=array(moderate, 2), rotation=moderate, texCoord=natural(0, 15)
)
TEXTURE_INFO = record(
    "index",
    index=ref("textures"),
    texCoord=natural(0, 15),
    scale=moderate,
    strength=moderate,
    extensions=mapping(record(), KHR_texture_transform=TRANSFORM),
)
SOURCE = mapping(record(source=ref("images")))

MATERIAL_HEAD = record(
    name=text,
    alphaMode=one_of("OPAQUE", "MASK", "BLEND"),
    alphaCutoff=moderate,
    doubleSided=boolean,
    emissiveFactor=array(moderate, 3),
    pbrMetallicRoughness=record(
        baseColorFactor=array(ranged, 4), metallicFactor=ranged, roughnessFactor=ranged
    ),
)


def whole_material(value: Any, where: str, document: Json) -> None:
    """A material with its own properties and all textures."""
    MATERIAL_HEAD(value, where, document)
    material(value, where, document)


def image(value: Any, where: str, document: Json) -> None:
    """An image, which has a URI or a buffer view."""
    record(uri=text, bufferView=ref("bufferViews"), name=text, mimeType=text)(value, where, document)
    if ("uri" in value) == ("bufferView" in value):
        raise wrong(where, "either a uri or a bufferView")


SPARSE = record(
    *("count", "indices", "values"),
    count=natural(1),
    indices=record(
        *("bufferView", "componentType"),
        bufferView=ref("bufferViews"),
        byteOffset=natural(),
        componentType=one_of(5121, 5123, 5125),
    ),
    values=record("bufferView", bufferView=ref("bufferViews"), byteOffset=natural()),
)

VARIANT_MAPPINGS = record(
    mappings=array(record("material", "variants", material=ref("materials"), variants=array(natural())))
)
DRACO_STREAM = record(
    "bufferView", "attributes", bufferView=ref("bufferViews"), attributes=mapping(natural(), least=1)
)
PRIMITIVE = record(
    "attributes",
    attributes=mapping(ref("accessors"), least=1),
    indices=ref("accessors"),
    material=ref("materials"),
    mode=natural(0, 6),
    targets=array(mapping(ref("accessors"))),
    extensions=record(KHR_materials_variants=VARIANT_MAPPINGS, **{DRACO: DRACO_STREAM}),
)

MESH = record("primitives", name=text, primitives=array(PRIMITIVE, least=1), weights=array(moderate))

PACKED = record(
    *("buffer", "byteLength", "byteStride", "count", "mode"),
    buffer=ref("buffers"),
    byteOffset=natural(),
    byteLength=natural(1),
    byteStride=natural(1, 256),
    count=natural(),
    mode=one_of(*MODES),
    filter=one_of("NONE", *FILTERS),
)

CHANNEL = record(
    *("sampler", "target"),
    sampler=natural(),
    target=record("path", node=ref("nodes"), path=text, extensions=EXTENSIONS),
)
SAMPLER = record("input", "output", input=ref("accessors"), output=ref("accessors"), interpolation=text)

NODE = record(
    name=text,
    children=array(ref("nodes")),
    mesh=ref("meshes"),
    skin=ref("skins"),
    matrix=array(moderate, 16),
    translation=array(moderate, 3),
    rotation=array(moderate, 4),
    scale=array(moderate, 3),
    weights=array(moderate),
    extensions=record(
        EXT_mesh_gpu_instancing=record(attributes=mapping(ref("accessors"))),
        KHR_node_visibility=record(visible=boolean),
    ),
)

DOCUMENT = record(
    "asset",
    asset=record("version", version=text),
    scene=ref("scenes"),
    scenes=array(record(name=text, nodes=array(ref("nodes")))),
    nodes=array(NODE),
    meshes=array(
        record("primitives", name=text, primitives=array(PRIMITIVE, least=1), weights=array(moderate))
    ),
    materials=array(whole_material),
    textures=array(record(source=ref("images"), sampler=ref("samplers"), extensions=SOURCE)),
    images=array(image),
    samplers=array(record()),
    buffers=array(record("byteLength", byteLength=natural(1), uri=text, extensions=EXTENSIONS)),
    bufferViews=array(
        record(
            *("buffer", "byteLength"),
            buffer=ref("buffers"),
            byteOffset=natural(),
            byteLength=natural(1),
            byteStride=natural(4, 252),
            target=one_of(34962, 34963),
            extensions=record(**dict.fromkeys(MESHOPT, PACKED)),
        )
    ),
    accessors=array(
        record(
            *("componentType", "count", "type"),
            bufferView=ref("bufferViews"),
            byteOffset=natural(),
            componentType=one_of(*COMPONENTS),
            count=natural(1),
            type=one_of(*SHAPES),
            normalized=boolean,
            min=array(number),
            max=array(number),
            sparse=SPARSE,
        )
    ),
    skins=array(
        record(
            "joints",
            joints=array(ref("nodes"), least=1),
            skeleton=ref("nodes"),
            inverseBindMatrices=ref("accessors"),
        )
    ),
    animations=array(
        record(*("channels", "samplers"), name=text, channels=array(CHANNEL), samplers=array(SAMPLER))
    ),
    extensions=record(KHR_materials_variants=record("variants", variants=array(record("name", name=text)))),
    extensionsUsed=array(text),
    extensionsRequired=array(text),
)
"""The rule for a whole document."""
