"""The shape of glTF's JSON as far as the pipeline walks it: types, ranges, and indices that exist.

A ``Rule`` looks at one value and raises ModelError, which names the place. Properties without a rule are
passed through untouched. The names and ranges are those of the glTF 2.0 specification, §5.
"""

from __future__ import annotations

from typing import Any

from renderd.pipeline.document import COMPONENTS, SHAPES, Json
from renderd.pipeline.rules import (
    array,
    boolean,
    mapping,
    moderate,
    natural,
    number,
    one_of,
    record,
    ref,
    text,
    wrong,
)
from renderd.pipeline.unpack import DRACO, FILTERS, MESHOPT, MODES


def material(value: Any, where: str, document: Json) -> None:
    """A material: every ``…Texture`` in it, extensions included, is a texture info, the rest plain values.

    Extensions of others may hold what they like: they are taken out before anything reads them.
    """
    if not isinstance(value, dict):
        raise wrong(where, "an object")
    for key, entry in value.items():
        if key in ("extras", "name") or (where.endswith(".extensions") and not key.startswith("KHR_")):
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
        baseColorFactor=array(moderate, 4), metallicFactor=moderate, roughnessFactor=moderate
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
    meshes=array(MESH),
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
