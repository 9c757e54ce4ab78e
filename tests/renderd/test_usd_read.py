"""USD files as merchants send them: shapes, places, units and parts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.inputs import open_model
from renderd.pipeline.scene import draws, triangles
from renderd.pipeline.usd import write_usdz
from tests.renderd.models import first_primitive, model, sheet
from tests.renderd.test_model_validity import everything
from tests.renderd.usd_layers import (
    SQUARE,
    layer,
    mesh,
    read,
)


def test_it_works(tmp_path: Path) -> None:
    document = read(tmp_path, layer(mesh()))
    (draw,) = draws(document)
    assert (draw.name, len(triangles(document, draw.primitive))) == ("square", 2)
    assert measure(document).max == (1.0, 1.0, 0.0)


def test_what_we_write_comes_back(tmp_path: Path) -> None:
    write_usdz(everything(), tmp_path / "model.usdz")
    opened = open_model(tmp_path / "model.usdz", "m")
    assert opened.format == "usdz"
    assert measure(opened.document).size == pytest.approx(measure(everything()).size, abs=1e-4)


def test_a_package_off_its_boundaries_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.usdz", "w") as file:
        file.writestr("model.usda", layer(mesh()))
    assert len(list(draws(open_model(tmp_path / "model.usdz", "m").document))) == 1


@pytest.mark.parametrize(
    ("head", "height"), [("metersPerUnit = 0.01", 0.01), ("", 0.01), ("metersPerUnit = 2", 2)]
)
def test_units_are_honoured(tmp_path: Path, head: str, height: float) -> None:
    assert measure(read(tmp_path, layer(mesh(), head))).max[1] == pytest.approx(height)


def test_z_up_is_turned(tmp_path: Path) -> None:
    text = layer(mesh()).replace('upAxis = "Y"', 'upAxis = "Z"')
    bounds = measure(read(tmp_path, text))
    assert (bounds.size, bounds.min[2]) == ((1.0, 0.0, 1.0), -1.0)


def test_places_become_nodes_with_names(tmp_path: Path) -> None:
    body = f"""
    def Xform "seat" {{
        double3 xformOp:translate = (0, 5, 0)
        float3 xformOp:rotateXYZ = (0, 90, 0)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ"]
        {mesh()}
    }}"""
    document = read(tmp_path, layer(body))
    seat = next(node for node in document.json["nodes"] if node["name"] == "seat")
    assert seat["translation"] == [0, 5, 0]
    assert measure(document).min == pytest.approx((0, 5, -1))


def test_left_handed_meshes_are_turned_over(tmp_path: Path) -> None:
    document = read(tmp_path, layer(mesh('uniform token orientation = "leftHanded"')))
    primitive = first_primitive(document)
    assert document.accessor(primitive["attributes"]["NORMAL"])[0] == pytest.approx((0, 0, -1))


def test_a_polygon_is_a_fan_and_a_hole_is_none(tmp_path: Path) -> None:
    more = """
    point3f[] points = [(0, 0, 0), (1, 0, 0), (2, 1, 0), (1, 2, 0), (0, 2, 0), (9, 9, 9)]
    int[] faceVertexCounts = [5, 3]
    int[] faceVertexIndices = [0, 1, 2, 3, 4, 0, 1, 5]
    int[] holeIndices = [1]
    """
    text = layer(f'def Mesh "shape" {{\n{more}\n}}')
    document = read(tmp_path, text)
    assert len(triangles(document, first_primitive(document))) == 3
    assert measure(document).max == (2.0, 2.0, 0.0)


def test_values_by_corner_split_vertices(tmp_path: Path) -> None:
    more = """
    int[] faceVertexCounts = [3, 3]
    int[] faceVertexIndices = [0, 1, 2, 0, 2, 3]
    normal3f[] normals = [(0, 0, 1), (0, 0, 1), (0, 0, 1), (0, 1, 0), (0, 1, 0), (0, 1, 0)] (
        interpolation = "faceVarying"
    )
    texCoord2f[] primvars:UVMap = [(0, 0.25), (1, 1)] (interpolation = "faceVarying")
    int[] primvars:UVMap:indices = [0, 1, 1, 1, 1, 1]
    """
    document = read(tmp_path, layer(f'def Mesh "shape" {{\n{SQUARE.split("int[]")[0]}\n{more}\n}}'))
    attributes = first_primitive(document)["attributes"]
    assert len(document.accessor(attributes["POSITION"])) == 6
    assert document.accessor(attributes["TEXCOORD_0"])[0] == pytest.approx((0, 0.75))
    assert {tuple(n) for n in document.accessor(attributes["NORMAL"]).tolist()} == {(0, 0, 1), (0, 1, 0)}


def test_invisible_parts_are_hidden_and_guides_left_out(tmp_path: Path) -> None:
    hidden = mesh('token visibility = "invisible"', "spare")
    guide = mesh('uniform token purpose = "guide"', "helper")
    document = read(tmp_path, layer(mesh() + hidden + guide))
    assert [draw.name for draw in draws(document)] == ["square"]
    assert [draw.name for draw in draws(document, hidden=True)] == ["square", "spare"]


def test_the_chosen_variant_is_read(tmp_path: Path) -> None:
    body = f"""
    def Xform "seat" (
        variants = {{ string size = "wide" }}
        prepend variantSets = "size"
    ) {{
        variantSet "size" = {{
            "wide" {{
                {mesh(name="wide")}
            }}
            "slim" {{
                {mesh(name="slim")}
            }}
        }}
    }}"""
    assert [draw.name for draw in draws(read(tmp_path, layer(body)))] == ["wide"]


def test_layers_of_the_package_are_composed(tmp_path: Path) -> None:
    inner = f'#usda 1.0\n(defaultPrim = "part")\n{mesh(name="part")}'
    held = "instanceable = true\npayload = @./parts/part.usda@"
    body = f'def "a" (references = @parts/part.usda@) {{}}\ndef "b" (\n{held}\n) {{}}\n'
    document = read(tmp_path, layer(body), {"parts/part.usda": inner.encode()})
    assert [draw.name for draw in draws(document)] == ["a", "b"]


def test_a_zip_of_usd_files_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("chair/model.usda", layer(mesh()))
    assert open_model(tmp_path / "model.zip", "m").format == "usdz"


def test_instances_of_an_instancer_are_drawn(tmp_path: Path) -> None:
    body = f"""
    def PointInstancer "many" {{
        point3f[] positions = [(0, 0, 0), (0, 2, 0), (0, 4, 0)]
        int[] protoIndices = [0, 0, 0]
        rel prototypes = </root/many/one>
        def Xform "one" {{
            {mesh()}
        }}
    }}"""
    document = read(tmp_path, layer(body))
    assert len(list(draws(document))) == 3
    assert measure(document).max[1] == 5
    assert len(document.json["meshes"]) == 1


def test_a_skinned_mesh_stands_as_its_skeleton_does(tmp_path: Path) -> None:
    skin = """
    rel skel:skeleton = </root/doll/bones>
    uniform token[] skel:joints = ["hip"]
    int[] primvars:skel:jointIndices = [0] (
    elementSize = 1
    interpolation = "constant"
)
    float[] primvars:skel:jointWeights = [1] (
    elementSize = 1
    interpolation = "constant"
)
    """
    bound = mesh(skin).replace('"MaterialBindingAPI"', '"SkelBindingAPI"')
    body = f"""
    def SkelRoot "doll" {{
        def Skeleton "bones" {{
            uniform token[] joints = ["hip"]
            uniform matrix4d[] bindTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))]
            uniform matrix4d[] restTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,3,0,1))]
        }}
        {bound}
    }}"""
    assert measure(read(tmp_path, layer(body))).min[1] == pytest.approx(3)


def test_a_compressed_package_is_a_zip_of_usd_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.usdz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.usda", layer(mesh()))
        file.writestr("notes.txt", "for you")
    assert open_model(tmp_path / "model.usdz", "m").format == "usdz"


def test_the_sheet_keeps_its_size(tmp_path: Path) -> None:
    write_usdz(model(sheet(size=0.5)), tmp_path / "model.usdz")
    assert measure(open_model(tmp_path / "model.usdz", "m").document).size[0] == pytest.approx(0.5)
