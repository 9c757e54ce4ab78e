"""What a merchant is told of a model: each remark by a model that deserves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import trimesh
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Document, Json
from renderd.pipeline.intake import Found, Intake, Taken, decide
from renderd.pipeline.manifest import LevelFile, Remark
from renderd.pipeline.report import memory, on_levels, on_source, survey
from storefront.plugin_api import LEVELS
from tests.renderd.furnished import block, joined, sofa
from tests.renderd.models import attribute, model, picture, sheet, texture

GREY: Json = {"pbrMetallicRoughness": {"baseColorFactor": [0.5, 0.5, 0.5, 1], "metallicFactor": 0}}


def solid(*parts: trimesh.Trimesh, material: Json | None = None) -> Document:
    """A document with a node for each part: "part 0", "part 1" … All wear one grey material."""
    document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]})
    document.add("materials", {"name": "paint", **(GREY if material is None else material)})
    for number, part in enumerate(parts):
        mesh = document.add("meshes", {"primitives": [shell(document, part)]})
        node = document.add("nodes", {"name": f"part {number}", "mesh": mesh})
        document.json["scenes"][0]["nodes"].append(node)
    return document


def shell(document: Document, part: trimesh.Trimesh) -> Json:
    """A primitive of flat faces, with normals that look outwards."""
    corners = part.vertices[part.faces].reshape(-1, 3)
    normals = np.repeat(part.face_normals, 3, axis=0)
    places = document.add_accessor(corners.astype(np.float32), ARRAY_BUFFER, bounds=True)
    attributes = {"POSITION": places, "NORMAL": attribute(document, normals)}
    indices = document.add_accessor(np.arange(len(corners), dtype=np.uint32), ELEMENT_ARRAY_BUFFER)
    return {"attributes": attributes, "indices": indices, "material": 0}


def told(document: Document, intake: Intake | None = None) -> list[Remark]:
    """All remarks on a document, as though it were a GLB."""
    bounds = measure(document)
    asked = intake or Intake()
    taken = decide(Found("glb", bounds.size), "auto", asked)
    return on_source(survey(document), bounds, taken, ())


def codes(document: Document) -> set[str]:
    return {remark.code for remark in told(document)}


def only(remarks: list[Remark], code: str) -> Remark:
    found = [remark for remark in remarks if remark.code == code]
    assert len(found) == 1, [remark.code for remark in remarks]
    return found[0]


CUBE = trimesh.creation.box((0.4, 0.4, 0.4))
CUBE.apply_translation((0, 0.2, 0))


def bare(key: str) -> Document:
    """A sheet without one of its attributes, in a textured material."""
    document = model(material=GREY | {"doubleSided": True})
    surface = document.json["materials"][0]["pbrMetallicRoughness"]
    document.json["materials"][0]["pbrMetallicRoughness"] = surface | {
        "baseColorTexture": texture(document, picture())
    }
    del document.json["meshes"][0]["primitives"][0]["attributes"][key]
    return document


def dressed(material: Json) -> Document:
    return solid(CUBE, material=material)


def nameless() -> Document:
    document = solid(CUBE)
    del document.json["meshes"][0]["primitives"][0]["material"]
    return document


def twins() -> Document:
    document = solid(CUBE, sofa())
    document.add("materials", {"name": "colour", **GREY})
    document.json["meshes"][1]["primitives"][0]["material"] = 1
    return document


def inside_out() -> Document:
    turned = CUBE.copy()
    turned.invert()
    return solid(turned)


def crowded() -> Document:
    """Two boxes that share a wall."""
    wall = block((0, 0, 0), (0.2, 0.2, 0.2)), block((0.2, 0, 0), (0.4, 0.2, 0.2))
    return solid(joined(wall))


def far_away() -> Document:
    stray = trimesh.creation.box((0.02, 0.02, 0.02))
    stray.apply_translation((7, 0, 0))
    return solid(CUBE, block((-0.1, 0, -0.1), (0.1, 0.3, 0.1)), stray)


def enclosed(material: Json | None = None) -> Document:
    """A ball in a box."""
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.05)
    ball.apply_translation((0, 0.2, 0))
    return solid(CUBE, ball, material=material)


def hidden() -> Document:
    document = solid(CUBE, sofa())
    document.json["nodes"][1]["extensions"] = {"KHR_node_visibility": {"visible": False}}
    return document


def outlined() -> Document:
    """A cube, and its corners as points."""
    document = solid(CUBE, CUBE)
    document.json["meshes"][1]["primitives"][0]["mode"] = 0
    return document


def screws() -> Document:
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.0002)
    return solid(CUBE, ball)


def blended(image: Image.Image | None, alpha: float = 1.0, parts: int = 1) -> Document:
    material: Json = {
        "alphaMode": "BLEND",
        "pbrMetallicRoughness": {"baseColorFactor": [1, 1, 1, alpha], "metallicFactor": 0},
    }
    document = solid(*[CUBE] * parts, material=material)
    if image:
        surface = document.json["materials"][0]["pbrMetallicRoughness"]
        surface["baseColorTexture"] = texture(document, image)
    return document


def with_alpha(values: list[int]) -> Image.Image:
    """A picture whose alpha is made of these values in equal parts."""
    alpha = np.resize(np.array(values, np.uint8), (16, 16))
    found = picture(16).convert("RGBA")
    found.putalpha(Image.fromarray(alpha))
    return found


@pytest.mark.parametrize(
    ("made", "code", "severity", "words"),
    [
        (lambda: bare("NORMAL"), "no-normals", "warning", "1 of 1 parts have no normals"),
        (lambda: bare("TEXCOORD_0"), "no-coordinates", "error", "“top”: textures can't show"),
        (nameless, "no-material", "warning", "1 part has no material and looks like white plastic"),
        (
            lambda: dressed({"pbrMetallicRoughness": {"metallicFactor": 0}}),
            "no-colour",
            "note",
            "“paint” has",
        ),
        (lambda: dressed({}), "metal-unsaid", "warning", "“paint” says nothing of metal"),
        (
            lambda: dressed({"pbrMetallicRoughness": {"metallicFactor": 1, "baseColorFactor": [1, 1, 0, 1]}}),
            "metal-without-roughness",
            "note",
            "The metal “paint” has no roughness",
        ),
        (twins, "duplicate-materials", "note", "“paint” and “colour” look the same"),
        (inside_out, "inverted", "warning", "“part 0” is inside out"),
        (crowded, "non-manifold", "note", "In “part 0” more than two faces meet"),
        (lambda: model(sheet(), GREY), "one-sided", "note", "1 part is thin as paper"),
        (far_away, "stray-part", "warning", "“part 2” lies 6.79 m away"),
        (enclosed, "inner-parts", "note", "1 part is enclosed by others"),
        (outlined, "points-and-lines", "warning", "“part 1”: points and lines show in the viewer, but"),
        (hidden, "hidden-parts", "note", "1 part is hidden in the file: “part 1”"),
        (screws, "tiny-parts", "note", "1 part is too small to be seen, but has 99% of the triangles"),
        (lambda: solid(*[CUBE] * 160), "many-draws", "warning", "drawn in 160 steps"),
        (lambda: blended(None), "blend-opaque", "warning", "“paint”: blended, but nowhere transparent"),
        (lambda: blended(with_alpha([0, 255])), "blend-cut-out", "warning", "either there or not"),
        (lambda: blended(None, 0.5, 2), "blend-overlap", "warning", "“part 0” and “part 1” lie within"),
        (lambda: solid(CUBE), "source", "note", "12 triangles in 1 draw call and no textures"),
        (lambda: solid(CUBE.copy().apply_scale(40)), "very-large", "warning", "longest side is 16 m"),
        (lambda: solid(CUBE.copy().apply_scale(0.01)), "very-small", "warning", "longest side is 4 mm"),
        (lambda: solid(CUBE.copy().apply_translation((3, 0, 0))), "off-centre", "note", "does not stand on"),
        (lambda: solid(CUBE.copy().apply_translation((0, 0, 5000))), "far-off", "note", "lies 5,000 m from"),
        (lambda: solid(CUBE.copy().apply_scale(40)), "unit-unsure", "error", "longest side of 16, and"),
    ],
)
def test_what_deserves_a_remark_gets_it(
    made: Callable[[], Document], code: str, severity: str, words: str
) -> None:
    remark = only(told(made()), code)
    assert remark.severity == severity
    assert words in remark.message
    assert remark.advice


def test_a_sound_model_is_only_counted() -> None:
    assert codes(solid(CUBE)) == {"source"}


def test_really_clear_glass_gets_no_remark() -> None:
    assert codes(blended(with_alpha([40, 120, 200]))) == {"source", "no-coordinates"}


def test_what_lies_behind_glass_is_seen() -> None:
    glass = GREY | {"extensions": {"KHR_materials_transmission": {"transmissionFactor": 1}}}
    assert codes(enclosed(glass)) == {"source"}


def test_a_mesh_of_too_many_triangles_is_not_looked_into() -> None:
    assert only(told(solid(trimesh.creation.icosphere(subdivisions=7))), "not-checked").severity == "note"


def test_the_worst_comes_first() -> None:
    ranks = ["error", "warning", "note"]
    found = [ranks.index(remark.severity) for remark in told(bare("TEXCOORD_0"))]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("size", "message", "advice"),
    [
        ((0.4, 0.4, 0.4), "", ""),
        ((0.4, 0.5, 0.4), "height 40 cm instead of 50 cm.", "Scale the model to its real size"),
        ((0.5, None, None), "width 40 cm instead of 50 cm.", "Scale the model"),
    ],
)
def test_a_size_that_is_not_the_products_is_named(
    size: tuple[float | None, float | None, float | None], message: str, advice: str
) -> None:
    found = [remark for remark in told(solid(CUBE), Intake(size=size)) if remark.code == "size-mismatch"]
    assert [message in remark.message and advice in remark.advice for remark in found] == [True] * bool(
        message
    )


def test_a_wrong_answer_is_told_which_unit_fits() -> None:
    """A sofa of 2.2 m that the merchant has called centimetres."""
    document = solid(sofa().apply_scale(0.01))
    intake = Intake("cm", "y", (2.2, 0.83, 0.92))
    taken = Taken("cm", "y", True, True, (2.2, 0.83, 0.92), "obj", intake)
    remarks = on_source(survey(document), measure(document), taken, ())
    assert only(remarks, "size-mismatch").advice.startswith("It fits with the unit metres")


def test_a_unit_of_the_stated_size_is_told() -> None:
    size = (2.2, 0.83, 0.92)
    taken = decide(Found("glb", (220, 83, 92)), "auto", Intake(size=size))
    document = solid(sofa())
    remark = only(on_source(survey(document), measure(document), taken, ()), "unit-changed")
    assert "the file says that it is 220 m long" in remark.message.lower()


def test_an_axis_that_is_a_guess_is_asked_about() -> None:
    taken = decide(Found("ply", (1, 1, 1), "m"), "auto", Intake())
    remark = only(on_source(survey(solid(CUBE)), measure(solid(CUBE)), taken, ()), "up-unsure")
    assert remark.severity == "error"


def test_dropped_extensions_are_named() -> None:
    document = solid(CUBE)
    remarks = on_source(survey(document), measure(document), Taken(), ["KHR_lights_punctual"])
    assert "KHR_lights_punctual" in only(remarks, "extension-dropped").message


def level(difference: float = 0.01, **changes: int) -> LevelFile:
    """A level that is light."""
    light = {"bytes": 900, "wire_bytes": 500, "triangles": 1000, "texture": 256, "memory": 9000}
    return LevelFile(path="high.glb", difference=difference, **(light | changes))


@pytest.mark.parametrize(
    ("made", "triangles", "expected"),
    [
        (level(), 1000, []),
        (level(triangles=400_000), 900_000, ["many-triangles"]),
        (level(wire_bytes=16_000_000), 1000, ["over-limit"]),
        (level(triangles=500_000), 1000, ["over-limit"]),
        (level(0.2), 1000, ["level-differs"]),
        (level(memory=300_000_000), 1000, ["heavy-on-phone"]),
    ],
)
def test_what_a_level_lost_is_told(made: LevelFile, triangles: int, expected: list[str]) -> None:
    assert [remark.code for remark in on_levels({"high": made}, LEVELS, triangles)] == expected


def test_memory_counts_texels_and_vertices() -> None:
    document = bare("NORMAL")
    vertices, indices = len(sheet().positions), len(sheet().indices)
    assert memory(document) == round(32 * 32 * 4 * 4 / 3) + vertices * (12 + 8) + indices * 4
