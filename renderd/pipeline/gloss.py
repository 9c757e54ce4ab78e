"""KHR_materials_pbrSpecularGlossiness, which viewers have given up, in terms that they have.

The specular colour becomes KHR_materials_specular over an index of refraction so high that reflection is
that colour alone, and glossiness its opposite, roughness (glTF-Transform's ``metalRough`` does the same).
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image

from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.textures import UNREADABLE

GLOSS = "KHR_materials_pbrSpecularGlossiness"
MIRROR_INDEX = 1000.0
"""An index of refraction at which reflection is the specular colour alone."""

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")


def convert_gloss(document: Document) -> None:
    """Rewrite the materials of ``document`` that use the extension, in place; raises ModelError."""
    made: dict[tuple[int, float], int] = {}
    for material in document.items("materials"):
        old = material.get("extensions", {}).pop(GLOSS, None)
        if not isinstance(old, dict):
            continue
        gloss = old.get("glossinessFactor", 1.0)
        pbr: Json = {
            "baseColorFactor": old.get("diffuseFactor", [1, 1, 1, 1]),
            "metallicFactor": 0,
            "roughnessFactor": 1 - gloss,
        }
        specular: Json = {"specularColorFactor": old.get("specularFactor", [1, 1, 1])}
        if "diffuseTexture" in old:
            pbr["baseColorTexture"] = old["diffuseTexture"]
        if "specularGlossinessTexture" in old:
            info = old["specularGlossinessTexture"]
            specular["specularColorTexture"] = info
            rough = rough_texture(document, info["index"], gloss, made)
            if rough is not None:
                pbr |= {"roughnessFactor": 1.0, "metallicRoughnessTexture": {**info, "index": rough}}
        material["pbrMetallicRoughness"] = pbr
        material["extensions"] |= {
            "KHR_materials_specular": specular,
            "KHR_materials_ior": {"ior": MIRROR_INDEX},
        }


def rough_texture(
    document: Document, texture: int, gloss: float, made: dict[tuple[int, float], int]
) -> int | None:
    """A texture whose green channel is 1 − ``gloss`` × the alpha of another; None if that has no image."""
    image = document.texture_image(texture)
    if image is None:
        return None
    if (image, gloss) not in made:
        view = document.add_view(rough_picture(document.image(image), gloss, f"image {image}"))
        made[image, gloss] = document.add("images", {"bufferView": view, "mimeType": "image/png"})
    entry = {"source": made[image, gloss]}
    if "sampler" in document.json["textures"][texture]:
        entry["sampler"] = document.json["textures"][texture]["sampler"]
    return document.add("textures", entry)


def rough_picture(data: bytes, gloss: float, name: str) -> bytes:
    """PNG of the roughness of a picture of specular colour and glossiness."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            alpha = np.asarray(opened.convert("RGBA").getchannel("A"), np.float32)
    except UNREADABLE as error:
        raise ModelError(f"{name} can't be decoded ({error}); expected PNG, JPEG or WebP") from error
    rough = np.zeros((*alpha.shape, 3), np.uint8)
    rough[..., 1] = np.rint(255 - gloss * alpha)
    out = io.BytesIO()
    Image.fromarray(rough).save(out, "PNG", compress_level=1)
    return out.getvalue()
