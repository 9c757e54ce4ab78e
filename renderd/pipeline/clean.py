"""Which extensions and extras go through: what the viewer can show, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.gloss import GLOSS, convert_gloss
from renderd.pipeline.prune import keep, used
from renderd.pipeline.quantize import QUANTIZATION
from renderd.pipeline.textures import WEBP

MATERIALS = {
    f"KHR_materials_{name}"
    for name in (
        *("anisotropy", "clearcoat", "diffuse_transmission", "dispersion", "emissive_strength", "ior"),
        *("iridescence", "sheen", "specular", "transmission", "unlit", "variants", "volume"),
        "volume_scatter",
    )
}
TEXTURES = {"KHR_texture_transform", WEBP, "EXT_texture_avif"}
KEPT = MATERIALS | TEXTURES | {"EXT_mesh_gpu_instancing", "KHR_node_visibility", QUANTIZATION}
READ = {"EXT_meshopt_compression", "KHR_meshopt_compression", "KHR_draco_mesh_compression", GLOSS}
"""Decoded when the file is read; nothing of them is left."""

DROPPED = {
    "KHR_lights_punctual": "lights",
    "KHR_xmp_json_ld": "metadata",
    "KHR_animation_pointer": "animations of properties",
}
"""Known, and left out even where the file requires them."""

BASIS = "KHR_texture_basisu"
NEEDS = {
    BASIS: "export textures as PNG, JPEG or WebP instead of KTX2",
}

NAMELESS = ("accessors", "bufferViews", "images", "textures", "samplers", "skins")

EXTRAS = {"targetNames"}
"""Keys of a mesh's extras that viewers read."""


def refuse_unknown(document: Json) -> None:
    """Raise ModelError if the file requires an extension that we can't read."""
    basis = [t for t in document.get("textures", []) if BASIS in t.get("extensions", {})]
    if any("source" not in texture for texture in basis):
        raise unsupported(BASIS)
    for name in document.get("extensionsRequired", []):
        if name not in KEPT | READ | DROPPED.keys() and not (name == BASIS and basis):
            raise unsupported(name)


def unsupported(name: str) -> ModelError:
    """The error that names an extension and says what to do without it."""
    advice = NEEDS.get(name, "export without it")
    return ModelError(f"the model requires the glTF extension {name}, which is not supported; {advice}")


def use_fallbacks(document: Document) -> None:
    """Let textures that have a picture besides KTX2 show that; images that nothing shows then go."""
    basis = [t for t in document.items("textures") if t.get("extensions", {}).pop(BASIS, None) is not None]
    if basis:
        textures = document.items("textures")
        holders = [holder for t in textures for holder in (t, *t.get("extensions", {}).values())]
        slots = [(holder, "source") for holder in holders if "source" in holder]
        keep(document, "images", used(slots), slots)


def clean(document: Document) -> list[str]:
    """Take out extensions and extras that don't go through; returns the names of the extensions dropped."""
    dropped: set[str] = set()
    convert_gloss(document)
    drop_pointers(document)
    for holder in holders(document.json):
        extensions = holder["extensions"]
        dropped |= extensions.keys() - KEPT - READ
        holder["extensions"] = {name: value for name, value in extensions.items() if name in KEPT}
        if not holder["extensions"]:
            del holder["extensions"]
    strip_extras(document)
    strip_names(document)
    document.json["asset"] = {"version": "2.0", "generator": "renderd"}
    list_extensions(document)
    return sorted(dropped)


def holders(value: Any) -> Iterator[Json]:
    """Every object in a JSON value that carries extensions, inner ones first."""
    if isinstance(value, list):
        for item in value:
            yield from holders(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "extras" and isinstance(item, dict | list):
                yield from holders(item)
        if isinstance(value.get("extensions"), dict):
            yield value


def strip_extras(value: Document | Any) -> None:
    """Remove extras everywhere but for the names of morph targets."""
    stack = [value.json if isinstance(value, Document) else value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict) and "extras" in item:
            extras = item.pop("extras")
            kept = {k: v for k, v in extras.items() if k in EXTRAS} if isinstance(extras, dict) else {}
            if kept:
                item["extras"] = kept
        stack += list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else []


def strip_names(document: Document) -> None:
    """Remove names that nobody addresses: bytes on the wire, and texts of a stranger."""
    for kind in NAMELESS:
        for item in document.items(kind):
            item.pop("name", None)


def drop_pointers(document: Document) -> None:
    """Drop animation channels that aim at properties rather than at nodes."""
    for animation in document.items("animations"):
        animation["channels"] = [c for c in animation["channels"] if c["target"].get("path") != "pointer"]


def list_extensions(document: Document) -> None:
    """Write ``extensionsUsed`` and ``extensionsRequired`` from what the document holds now."""
    used = {name for holder in holders(document.json) for name in holder["extensions"]}
    required = used & {*document.json.get("extensionsRequired", []), WEBP} & KEPT
    for key, names in (("extensionsUsed", used), ("extensionsRequired", required)):
        document.json.pop(key, None)
        if names:
            document.json[key] = sorted(names)
