"""Every extension in every level: factors exactly as they were, textures by what they show.

One model wears them all, each material with every texture that its extension has.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.clean import clean
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.inputs import open_model
from renderd.pipeline.materials import texture_slots
from renderd.pipeline.prune import prune
from tests.renderd.models import (
    SAMPLES,
    attribute,
    extend,
    levels_of,
    model,
    picture,
    primitive,
    sheet,
    texture,
    write,
)

SIDE = 64
SEEN = 4
"""Levels shrink pictures as far as no view of the model shows it; this much must be left of each."""

LEVELS = ("preview", "standard", "high")

TABLE: dict[str, Json] = {
    "anisotropy": {"anisotropyStrength": 0.6, "anisotropyRotation": 1.5, "anisotropyTexture": "rgb"},
    "clearcoat": {
        "clearcoatFactor": 0.8,
        "clearcoatRoughnessFactor": 0.1,
        "clearcoatTexture": "r",
        "clearcoatRoughnessTexture": "g",
        "clearcoatNormalTexture": "normal",
    },
    "diffuse_transmission": {
        "diffuseTransmissionFactor": 0.25,
        "diffuseTransmissionColorFactor": [1, 0.5, 0.25],
        "diffuseTransmissionTexture": "a",
        "diffuseTransmissionColorTexture": "rgb",
    },
    "dispersion": {"dispersion": 0.1},
    "emissive_strength": {"emissiveStrength": 5},
    "ior": {"ior": 1.4},
    "iridescence": {
        "iridescenceFactor": 1,
        "iridescenceIor": 1.8,
        "iridescenceThicknessMinimum": 150,
        "iridescenceThicknessMaximum": 420,
        "iridescenceTexture": "r",
        "iridescenceThicknessTexture": "g",
    },
    "sheen": {
        "sheenColorFactor": [0.9, 0.2, 0.2],
        "sheenRoughnessFactor": 0.4,
        "sheenColorTexture": "rgb",
        "sheenRoughnessTexture": "a",
    },
    "specular": {
        "specularFactor": 0.5,
        "specularColorFactor": [1, 0.5, 0.5],
        "specularTexture": "a",
        "specularColorTexture": "rgb",
    },
    "transmission": {"transmissionFactor": 1, "transmissionTexture": "r"},
    "unlit": {},
    "volume": {
        "thicknessFactor": 0.02,
        "attenuationDistance": 0.5,
        "attenuationColor": [0.5, 1, 0.5],
        "thicknessTexture": "g",
    },
}
"""Extensions with their factors, and their textures by the channels that count."""


def shown(kind: str, seed: int) -> Image.Image:
    """A picture for a slot."""
    mode = "RGBA" if kind == "a" else "RGB"
    noise = np.random.default_rng(seed).integers(0, 256, (3, 3, len(mode)), dtype=np.uint8)
    smooth = Image.fromarray(noise).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    if kind != "normal":
        return smooth
    slopes = np.asarray(smooth, float)[..., :2] / 255 - 0.5
    vectors = np.concatenate([slopes, np.ones((SIDE, SIDE, 1))], axis=2)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return Image.fromarray(np.rint((vectors + 1) * 127.5).astype(np.uint8))


def wearer() -> Document:
    """A model with a sheet for each extension; textures are moved, every other one reads the second set."""
    document, shape = model(), sheet(6)
    seed = 0
    for number, (name, values) in enumerate(TABLE.items()):
        extension: Json = {}
        for key, value in values.items():
            if not key.endswith("Texture"):
                extension[key] = value
                continue
            seed += 1
            moved = {"KHR_texture_transform": {"offset": [0.1 * seed, 0.2], "scale": [2, 3], "rotation": 0.5}}
            extension[key] = {
                **texture(document, shown(value, seed)),
                "texCoord": seed % 2,
                "extensions": moved,
            }
        full = f"KHR_materials_{name}"
        material = document.add("materials", {"name": name, "extensions": {full: extension}})
        part = primitive(document, shape, material=material)
        part["attributes"]["TEXCOORD_1"] = attribute(document, shape.uv * 0.5)
        mesh = document.add("meshes", {"primitives": [part]})
        node = document.add(
            "nodes", {"name": name, "mesh": mesh, "translation": [number % 4, 0, number // 4]}
        )
        document.json["scenes"][0]["nodes"].append(node)
        extend(document, full)
    extend(document, "KHR_texture_transform")
    return document


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, dict[str, Document]]:
    """The model, and its levels."""
    path = write(tmp_path_factory.mktemp("table") / "model.glb", wearer())
    return wearer(), levels_of(path)


def extension_of(document: Document, name: str) -> Json:
    material = next(m for m in document.json["materials"] if m["name"] == name)
    found: Json = material["extensions"][f"KHR_materials_{name}"]
    return found


def without_index(value: Any) -> Any:
    """JSON without the numbers of textures, which differ from level to level."""
    if not isinstance(value, dict):
        return value
    return {key: without_index(item) for key, item in value.items() if key != "index"}


def pixels(document: Document, info: Json, mode: str = "RGBA") -> Array:
    """What a texture shows, as coarsely as a level may keep it: (SEEN, SEEN, 4) from 0 to 255.

    In mode RGBa colours count as much as they are opaque.
    """
    number = document.texture_image(info["index"])
    assert number is not None
    image = Image.open(io.BytesIO(document.image(number))).convert("RGBA").convert(mode)
    bands = [band.resize((SEEN, SEEN), Image.Resampling.BOX) for band in image.split()]
    return np.stack([np.asarray(band, float) for band in bands], axis=2)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", TABLE)
def test_an_extension_survives(made: tuple[Document, dict[str, Document]], name: str, level: str) -> None:
    source, document = made[0], made[1][level]
    before, after = extension_of(source, name), extension_of(document, name)
    assert without_index(after) == without_index(before)
    for slot, info in texture_slots(before):
        kind = TABLE[name][slot]
        channels = ["rgba".index(channel) for channel in ("rgb" if kind == "normal" else kind)]
        difference = np.abs(pixels(source, info) - pixels(document, after[slot]))[..., channels]
        assert difference.mean() < 6, slot


def test_specular_and_glossiness_become_reflection_and_roughness(tmp_path: Path) -> None:
    source = model()
    glossy = Image.new("RGBA", (8, 8), (10, 20, 30, 51))
    source.json["materials"][0]["extensions"] = {
        "KHR_materials_pbrSpecularGlossiness": {
            "diffuseFactor": [0.5, 0.25, 0.125, 1],
            "specularFactor": [0.5, 0.5, 0.5],
            "glossinessFactor": 0.5,
            "specularGlossinessTexture": texture(source, glossy),
        }
    }
    extend(source, "KHR_materials_pbrSpecularGlossiness")
    for document in levels_of(write(tmp_path / "model.glb", source)).values():
        material = document.json["materials"][0]
        pbr, extensions = material["pbrMetallicRoughness"], material["extensions"]
        assert (pbr["baseColorFactor"], pbr["metallicFactor"]) == ([0.5, 0.25, 0.125, 1], 0)
        assert extensions["KHR_materials_specular"]["specularColorFactor"] == [0.5, 0.5, 0.5]
        assert extensions["KHR_materials_ior"] == {"ior": 1000}
        rough = pixels(document, pbr["metallicRoughnessTexture"])[0, 0, 1]
        assert pbr["roughnessFactor"] * rough / 255 == pytest.approx(1 - 0.5 * 51 / 255, abs=0.02)
        shown = pixels(document, extensions["KHR_materials_specular"]["specularColorTexture"])[0, 0, :3]
        assert shown == pytest.approx([10, 20, 30], abs=4)


def test_a_texture_with_a_picture_besides_ktx2_shows_that(tmp_path: Path) -> None:
    source = model()
    info = texture(source, picture())
    ktx = source.add_view(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(64))
    image = source.add("images", {"bufferView": ktx, "mimeType": "image/ktx2"})
    source.json["textures"][0]["extensions"] = {"KHR_texture_basisu": {"source": image}}
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    extend(source, "KHR_texture_basisu")
    for document in levels_of(write(tmp_path / "model.glb", source)).values():
        assert len(document.json["images"]) == 1
        assert "KHR_texture_basisu" not in document.json["extensionsUsed"]


@pytest.mark.slow
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.glb")), ids=lambda path: path.stem)
def test_a_sample_keeps_its_materials(sample: Path) -> None:
    source = open_model(sample, "m").document
    clean(source)
    prune(source)
    for level, document in levels_of(sample).items():
        for before, after in zip(source.json["materials"], document.json["materials"], strict=True):
            assert without_place(after) == without_place(before), level
            slots = dict(texture_slots(before))
            for slot, info in texture_slots(after):
                shown = pixels(source, slots[slot], "RGBa"), pixels(document, info, "RGBa")
                difference = np.abs(shown[0] - shown[1])[..., :3]
                assert difference.mean() < 12, (level, before["name"], slot)


def without_place(value: Any) -> Any:
    """JSON without numbers and transforms of textures: levels may store coordinates on another scale."""
    if not isinstance(value, dict):
        return value
    kept = {key: without_place(item) for key, item in value.items() if key != "index"}
    inner = {k: v for k, v in kept.pop("extensions", {}).items() if k != "KHR_texture_transform"}
    return kept | ({"extensions": inner} if inner else {})
