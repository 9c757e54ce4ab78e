"""Posters: what is in the picture and what is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.poster import Studio, render_poster
from tests.renderd.poster_models import add_pane, add_picture, ball, empty, mean_difference, painted

MODELS = Path(__file__).parents[3] / "shared" / "models"
STRAIGHT_ON = Camera((0.0, 0.0, 3.0), (0.0, 0.0, 0.0), 30.0)
SIZE = 96
UNLIT = {"extensions": {"KHR_materials_unlit": {}}}
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def view(document: Document) -> Camera:
    bounds = measure(document)
    return frame(bounds.min, bounds.max)


def shot(document: Document, camera: Camera | None = None, **options: object) -> np.ndarray:
    picture = render_poster(document, camera or view(document), SIZE, **options)  # type: ignore[arg-type]
    return np.asarray(picture).astype(int)


def pane(**more: object) -> Document:
    document = empty(painted((1, 1, 1), **UNLIT, **more))
    add_pane(document, 0)
    return document


def textured(pixels: object, sampler: dict[str, int] | None = None, **info: object) -> Document:
    document = pane()
    texture = add_picture(document, pixels, **(sampler or {}))
    pbr = document.json["materials"][0]["pbrMetallicRoughness"]
    pbr["baseColorTexture"] = {"index": texture, **info}
    return document


def at(picture: np.ndarray, x: float, y: float) -> tuple[int, ...]:
    """The pixel at metres from the middle of a picture taken straight on, y up."""
    scale = SIZE / 2 / (3 * np.tan(np.radians(15)))
    return tuple(int(v) for v in picture[round(SIZE / 2 - y * scale), round(SIZE / 2 + x * scale)])


def test_it_works() -> None:
    picture = shot(ball(painted((0.8, 0.1, 0.1))))
    assert picture.shape == (SIZE, SIZE, 4)
    assert picture[SIZE // 2, SIZE // 2, 3] == 255


def test_outside_the_silhouette_nothing_is_painted() -> None:
    alpha = shot(ball(painted((1, 1, 1))), shadow=False)[..., 3]
    assert not alpha[:4].any()
    assert 0.25 < (alpha > 0).mean() < 0.8


def test_edges_are_smooth() -> None:
    alpha = shot(ball(painted((1, 1, 1))), shadow=False)[..., 3]
    assert len(np.unique(alpha)) > 6


def test_the_same_model_gives_the_same_picture() -> None:
    document = ball(painted((0.2, 0.4, 0.8), 1.0, 0.3))
    assert np.array_equal(shot(document), shot(document))


def test_grey_of_eighteen_percent_looks_like_it() -> None:
    middle = shot(ball(painted((0.18, 0.18, 0.18))), shadow=False)[SIZE // 2, SIZE // 2, :3]
    assert np.abs(middle - 118).max() < 16


def test_white_is_not_burnt_out() -> None:
    facing = shot(ball(painted((1, 1, 1))), shadow=False)[SIZE // 2, SIZE // 2, :3]
    assert 225 < facing.min() <= facing.max() < 253


def test_shadow_grounds_the_product() -> None:
    document = ball(painted((1, 1, 1)))
    with_it, without = shot(document), shot(document, shadow=False)
    ground = (without[..., 3] == 0) & (with_it[..., 3] > 0)
    assert ground.sum() > 100
    assert with_it[ground][:, :3].max() == 0
    assert with_it[ground][:, 3].max() < 140


def test_shadow_fades_before_the_edge_of_the_picture() -> None:
    alpha = shot(ball(painted((1, 1, 1))))[..., 3]
    assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) <= 2


def test_textures_stand_upright() -> None:
    picture = shot(textured([[RED, GREEN], [BLUE, (255, 255, 255)]]), STRAIGHT_ON, shadow=False)
    corners = [at(picture, x, y) for x, y in ((-0.25, 0.25), (0.25, 0.25), (-0.25, -0.25))]
    assert [int(np.argmax(corner[:3])) for corner in corners] == [0, 1, 2]


def test_clamped_textures_do_not_come_round() -> None:
    clamped = {"wrapS": 33071, "wrapT": 33071}
    red, green, *_ = at(shot(textured([[RED, GREEN]], clamped), STRAIGHT_ON, shadow=False), -0.47, 0)
    assert green < 60 < 200 < red


def test_textures_move_as_they_are_told() -> None:
    half = {"KHR_texture_transform": {"offset": [0.5, 0.0]}}
    picture = shot(textured([[RED, GREEN]], extensions=half), STRAIGHT_ON, shadow=False)
    assert at(picture, -0.25, 0)[1] > 200
    assert at(picture, 0.25, 0)[0] > 200


def test_far_textures_become_their_mean() -> None:
    board = np.indices((256, 256)).sum(axis=0) % 2 * 255
    picture = shot(textured(np.repeat(board[..., None], 3, axis=2)), STRAIGHT_ON, shadow=False)
    inner = picture[SIZE // 3 : -SIZE // 3, SIZE // 3 : -SIZE // 3, :3]
    assert inner.std() < 4


def test_blended_surfaces_show_what_lies_behind() -> None:
    document = empty(painted((1, 0, 0), **UNLIT), painted((0, 1, 0, 0.5), alphaMode="BLEND", **UNLIT))
    add_pane(document, 0)
    add_pane(document, 1, z=0.2, side=0.5)
    red, green, blue, alpha = at(shot(document, STRAIGHT_ON, shadow=False), 0, 0)
    assert alpha == 255
    assert abs(red - green) < 8
    assert blue < 8


def test_blended_surfaces_before_nothing_are_translucent() -> None:
    document = empty(painted((0, 1, 0, 0.5), alphaMode="BLEND", **UNLIT))
    add_pane(document, 0)
    assert abs(at(shot(document, STRAIGHT_ON, shadow=False), 0, 0)[3] - 128) < 3


def test_masked_texels_are_holes() -> None:
    document = textured([[(255, 0, 0, 255), (255, 0, 0, 0)]], {"wrapS": 33071})
    document.json["materials"][0]["alphaMode"] = "MASK"
    picture = shot(document, STRAIGHT_ON, shadow=False)
    assert at(picture, -0.3, 0)[3] == 255
    assert at(picture, 0.3, 0)[3] == 0


def test_backs_of_single_sided_surfaces_are_not_seen() -> None:
    behind = Camera((0.0, 0.0, -3.0), (0.0, 0.0, 0.0), 30.0)
    assert not shot(pane(), behind, shadow=False)[..., 3].any()


def test_backs_of_double_sided_surfaces_are_seen() -> None:
    behind = Camera((0.0, 0.0, -3.0), (0.0, 0.0, 0.0), 30.0)
    assert shot(pane(doubleSided=True), behind, shadow=False)[..., 3].any()


def test_a_mirrored_node_still_faces_outwards() -> None:
    plain, mirrored = ball(painted((0.7, 0.7, 0.7))), ball(painted((0.7, 0.7, 0.7)))
    mirrored.json["nodes"][0]["scale"] = [-1, 1, 1]
    first, second = (render_poster(document, view(plain), SIZE) for document in (plain, mirrored))
    assert mean_difference(first, second) < 0.01


def test_hidden_nodes_are_not_drawn() -> None:
    document = empty(painted((1, 0, 0), **UNLIT), painted((0, 0, 1), **UNLIT))
    add_pane(document, 0)
    add_pane(document, 1, z=0.2)
    document.json["nodes"][1]["extensions"] = {"KHR_node_visibility": {"visible": False}}
    red, _, blue, _ = at(shot(document, STRAIGHT_ON, shadow=False), 0, 0)
    assert blue < 60 < 200 < red


def test_glass_lets_the_page_through() -> None:
    clear = {"extensions": {"KHR_materials_transmission": {"transmissionFactor": 1.0}}}
    alpha = shot(ball(painted((1, 1, 1), roughness=0.0, **clear)), shadow=False)[SIZE // 2, SIZE // 2, 3]
    assert 0 < alpha < 120


def test_a_variant_changes_its_materials() -> None:
    document = empty(painted((1, 0, 0), **UNLIT), painted((0, 0, 1), **UNLIT))
    primitive = add_pane(document, 0)
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Sea"}]}}
    mapping = {"mappings": [{"material": 1, "variants": [0]}]}
    primitive["extensions"] = {"KHR_materials_variants": mapping}
    assert at(shot(document, STRAIGHT_ON), 0, 0)[0] > 200
    assert at(shot(document, STRAIGHT_ON, variant="Sea"), 0, 0)[2] > 200


def test_an_unknown_variant_is_named() -> None:
    with pytest.raises(KeyError, match="Teal"):
        shot(pane(), STRAIGHT_ON, variant="Teal")


def test_a_scene_without_triangles_is_refused() -> None:
    with pytest.raises(ModelError, match="no triangle"):
        shot(empty(), STRAIGHT_ON)


def bumpy(tangents: list[float] | None = None) -> Document:
    """A pane whose normal map leans upwards, with tangents of its own if they are given."""
    document = textured([[(128, 255, 128)]])
    material = document.json["materials"][0]
    del material["extensions"]
    material["normalTexture"] = material["pbrMetallicRoughness"].pop("baseColorTexture")
    if tangents:
        attributes = document.json["meshes"][0]["primitives"][0]["attributes"]
        attributes["TANGENT"] = document.add_accessor(np.tile(np.float32(tangents), (4, 1)))
    return document


def test_normal_maps_turn_the_surface_up() -> None:
    flat = empty(painted((1, 1, 1)))
    add_pane(flat, 0)
    assert at(shot(bumpy(), STRAIGHT_ON), 0, 0)[0] > at(shot(flat, STRAIGHT_ON), 0, 0)[0]


def test_own_tangents_like_the_reckoned_ones_change_nothing() -> None:
    assert np.array_equal(shot(bumpy([1, 0, 0, 1]), STRAIGHT_ON), shot(bumpy(), STRAIGHT_ON))


def test_own_tangents_go_before_reckoned_ones() -> None:
    assert at(shot(bumpy([1, 0, 0, -1]), STRAIGHT_ON), 0, 0)[0] < at(shot(bumpy(), STRAIGHT_ON), 0, 0)[0]


def test_one_studio_takes_the_same_pictures_as_many() -> None:
    document = ball(painted((0.2, 0.4, 0.8)))
    studio = Studio(document)
    studio.picture(STRAIGHT_ON, SIZE)
    assert np.array_equal(np.asarray(studio.picture(view(document), SIZE)), shot(document))


def test_progress_rises_to_the_end() -> None:
    told: list[float] = []
    document = ball(painted((0.8, 0.1, 0.1)))
    render_poster(document, view(document), SIZE, told=told.append)
    assert told == sorted(told)
    assert 0 == told[0] < 0.9 < told[-1] <= 1


def test_what_progress_raises_ends_the_work() -> None:
    def stop(_done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        render_poster(ball(painted((0.8, 0.1, 0.1))), STRAIGHT_ON, SIZE, told=stop)


def test_a_camera_inside_the_model_sees_it() -> None:
    inside = Camera((0.0, 0.5, 0.0), (0.0, 0.5, -1.0), 60.0)
    assert shot(ball(painted((0.5, 0.5, 0.5), doubleSided=True)), inside)[..., 3].min() == 255


@pytest.mark.skipif(not MODELS.is_dir(), reason="the real models are not on this machine")
@pytest.mark.parametrize("name", ["SheenChair", "GlassVaseFlowers", "WaterBottle", "MorphPrimitivesTest"])
def test_real_models_come_out_whole(name: str) -> None:
    document = Document.load_glb((MODELS / f"{name}.glb").read_bytes())
    picture = shot(document, shadow=False)
    solid = picture[picture[..., 3] > 200]
    assert len(solid) > SIZE * SIZE / 20
    assert solid[:, :3].std() > 10


@pytest.mark.skipif(not MODELS.is_dir(), reason="the real models are not on this machine")
def test_real_variants_differ() -> None:
    document = Document.load_glb((MODELS / "SheenChair.glb").read_bytes())
    camera = view(document)
    mango, peacock = (
        render_poster(document, camera, SIZE, variant=name) for name in ("Mango Velvet", "Peacock Velvet")
    )
    assert mean_difference(mango, peacock) > 0.1
