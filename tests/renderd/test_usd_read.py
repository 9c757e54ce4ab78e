"""USD files as merchants send them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from renderd.pipeline.scene import draws, triangles
from renderd.pipeline.usd import write_usdz
from renderd.pipeline.usd.write import pack
from tests.renderd.models import first_primitive, model, picture, png, sheet, texture
from tests.renderd.test_model_validity import everything

SQUARE = """
    point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
    int[] faceVertexCounts = [4]
    int[] faceVertexIndices = [0, 1, 2, 3]
    uniform token subdivisionScheme = "none"
"""
ST = 'texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1)] (interpolation = "vertex")'
WORN = f"{ST}\nrel material:binding = </root/oak>"


def mesh(more: str = "", name: str = "square", kind: str = "def") -> str:
    head = f'{kind} Mesh "{name}" (prepend apiSchemas = ["MaterialBindingAPI"])'
    return f"{head}\n{{\n{SQUARE}\n{more}\n}}\n"


def layer(body: str, head: str = "metersPerUnit = 1") -> str:
    said = f'(\n defaultPrim = "root"\n upAxis = "Y"\n {head}\n)'
    return f'#usda 1.0\n{said}\ndef Xform "root"\n{{\n{body}\n}}\n'


def package(tmp_path: Path, text: str, files: dict[str, bytes] | None = None) -> Path:
    """A USDZ of a layer in text form, with files beside it."""
    (tmp_path / "made").mkdir()
    names = ["model.usda"]
    (tmp_path / "made" / "model.usda").write_text(text)
    for name, data in (files or {}).items():
        (tmp_path / "made" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "made" / name).write_bytes(data)
        names.append(name)
    pack(tmp_path / "model.usdz", tmp_path / "made", names)
    return tmp_path / "model.usdz"


def read(tmp_path: Path, text: str, files: dict[str, bytes] | None = None) -> Document:
    return open_model(package(tmp_path, text, files), "m").document


def look(inputs: str, nodes: str = "") -> str:
    """A material, and a square that wears it."""
    return f"""
    def Material "oak"
    {{
        token outputs:surface.connect = </root/oak/surface.outputs:surface>
        def Shader "surface" {{
            uniform token info:id = "UsdPreviewSurface"
            {inputs}
            token outputs:surface
        }}
        {nodes}
    }}
    {mesh(WORN)}
    """


def reader(name: str, file: str, more: str = "", st: str = "coordinates") -> str:
    """A texture node and what it reads."""
    return f"""
    def Shader "{name}" {{
        uniform token info:id = "UsdUVTexture"
        asset inputs:file = @{file}@
        float2 inputs:st.connect = </root/oak/{st}.outputs:result>
        {more}
        float3 outputs:rgb
        float outputs:r
        float outputs:g
        float outputs:b
        float outputs:a
    }}
    """


COORDINATES = """
    def Shader "coordinates" {
        uniform token info:id = "UsdPrimvarReader_float2"
        string inputs:varname = "st"
        float2 outputs:result
    }
"""


def tap(name: str, node: str, channel: str, kind: str = "float") -> str:
    return f"{kind} inputs:{name}.connect = </root/oak/{node}.outputs:{channel}>"


def material_of(document: Document) -> Json:
    (found,) = {draw.material: draw for draw in draws(document)}
    result: Json = document.json["materials"][found]
    return result


def opened_image(document: Document, info: Json) -> Image.Image:
    number = document.texture_image(info["index"])
    assert number is not None
    return Image.open(io.BytesIO(document.image(number)))


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


def test_textures_come_back(tmp_path: Path) -> None:
    source = model()
    info = {**texture(source, picture(256)), "extensions": {"KHR_texture_transform": {"rotation": 0.5}}}
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    source.json["materials"][0]["occlusionTexture"] = texture(source, picture(seed=2))
    write_usdz(source, tmp_path / "model.usdz")
    document = open_model(tmp_path / "model.usdz", "m").document
    found = material_of(document)["pbrMetallicRoughness"]["baseColorTexture"]
    moved = found["extensions"]["KHR_texture_transform"]
    assert moved["rotation"] == pytest.approx(0.5)
    assert moved["offset"] == pytest.approx([0, 0], abs=1e-6)
    close = np.abs(np.asarray(opened_image(document, found), float) - np.asarray(picture(256), float))
    assert close.mean() < 4
    assert np.ptp(document.accessor(first_primitive(document)["attributes"]["TEXCOORD_0"])) == 1


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


def test_subsets_wear_their_own_materials(tmp_path: Path) -> None:
    more = """
    int[] faceVertexCounts = [3, 3]
    int[] faceVertexIndices = [0, 1, 2, 0, 2, 3]
    def GeomSubset "half" (prepend apiSchemas = ["MaterialBindingAPI"]) {
        uniform token elementType = "face"
        uniform token familyName = "materialBind"
        int[] indices = [1]
        rel material:binding = </root/blue>
    }
    """
    blue = look("color3f inputs:diffuseColor = (0, 0, 1)").replace("oak", "blue").replace("square", "other")
    body = f'{blue}\ndef Mesh "shape" {{\n{SQUARE.split("int[]")[0]}\n{more}\n}}'
    document = read(tmp_path, layer(body))
    shape = next(draw.mesh for draw in draws(document) if draw.name == "shape")
    worn = [p["material"] for p in document.json["meshes"][shape]["primitives"]]
    assert [document.json["materials"][index]["name"] for index in worn] == ["blue", "material"]


def test_constants_of_a_surface(tmp_path: Path) -> None:
    inputs = """
    color3f inputs:diffuseColor = (0.5, 0.25, 1)
    float inputs:metallic = 0.25
    float inputs:roughness = 0.75
    float inputs:clearcoat = 0.5
    float inputs:ior = 1.4
    color3f inputs:emissiveColor = (4, 2, 0)
    """
    found = material_of(read(tmp_path, layer(look(inputs))))
    base = {"baseColorFactor": [0.5, 0.25, 1, 1], "metallicFactor": 0.25, "roughnessFactor": 0.75}
    assert found["pbrMetallicRoughness"] == base
    assert found["emissiveFactor"] == [1, 0.5, 0]
    extensions = found["extensions"]
    assert extensions["KHR_materials_emissive_strength"] == {"emissiveStrength": 4}
    assert extensions["KHR_materials_clearcoat"]["clearcoatFactor"] == 0.5
    assert extensions["KHR_materials_ior"]["ior"] == pytest.approx(1.4)


def test_metal_and_roughness_apart_are_put_together(tmp_path: Path) -> None:
    inputs = tap("metallic", "m", "r") + "\n" + tap("roughness", "r", "r")
    nodes = reader("m", "m.png") + reader("r", "t/r.png") + COORDINATES
    files = {"m.png": png(Image.new("L", (8, 8), 51)), "t/r.png": png(Image.new("L", (16, 16), 204))}
    document = read(tmp_path, layer(look(inputs, nodes)), files)
    pbr = material_of(document)["pbrMetallicRoughness"]
    image = opened_image(document, pbr["metallicRoughnessTexture"])
    assert (image.size, image.getpixel((3, 3))) == ((16, 16), (255, 204, 51))
    assert (pbr["metallicFactor"], pbr["roughnessFactor"]) == (1, 1)


def test_opacity_of_its_own_picture_becomes_alpha(tmp_path: Path) -> None:
    inputs = "\n".join(
        [
            tap("diffuseColor", "c", "rgb", "color3f"),
            tap("opacity", "o", "r"),
            "float inputs:opacityThreshold = 0.4",
        ]
    )
    files = {"c.png": png(picture()), "o.png": png(Image.new("L", (8, 8), 102))}
    text = layer(look(inputs, reader("c", "./c.png") + reader("o", "o.png") + COORDINATES))
    document = read(tmp_path, text, files)
    found = material_of(document)
    image = opened_image(document, found["pbrMetallicRoughness"]["baseColorTexture"])
    assert image.convert("RGBA").getpixel((4, 4))[3] == 102
    assert (found["alphaMode"], found["alphaCutoff"]) == ("MASK", pytest.approx(0.4))


def test_a_scaled_channel_is_drawn_so(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (0.5, 1, 1, 1)\nfloat4 inputs:bias = (0.25, 0, 0, 0)"
    node = reader("o", "o.png", more)
    files = {"o.png": png(Image.new("RGB", (8, 8), (128, 0, 0)))}
    document = read(tmp_path, layer(look(tap("occlusion", "o", "r"), node + COORDINATES)), files)
    image = opened_image(document, material_of(document)["occlusionTexture"])
    assert image.getpixel((0, 0))[0] == 128


def test_what_is_added_to_a_color_is_drawn_into_it(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (0.5, 0.5, 0.5, 1)\nfloat4 inputs:bias = (0.25, 0, 0, 0)"
    files = {"c.png": png(Image.new("RGB", (8, 8), (188, 188, 188)))}
    nodes = reader("c", "c.png", more) + COORDINATES
    document = read(tmp_path, layer(look(tap("diffuseColor", "c", "rgb", "color3f"), nodes)), files)
    pbr = material_of(document)["pbrMetallicRoughness"]
    shown = opened_image(document, pbr["baseColorTexture"]).convert("RGB").getpixel((0, 0))
    assert shown == (188, 137, 137)
    assert pbr["baseColorFactor"] == [1, 1, 1, 1]


def test_a_normal_map_that_points_down_is_turned(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (2, -2, 2, 1)\nfloat4 inputs:bias = (-1, 1, -1, 0)"
    files = {"n.png": png(Image.new("RGB", (8, 8), (128, 100, 255)))}
    nodes = reader("n", "n.png", more) + COORDINATES
    document = read(tmp_path, layer(look(tap("normal", "n", "rgb", "normal3f"), nodes)), files)
    assert opened_image(document, material_of(document)["normalTexture"]).getpixel((0, 0)) == (128, 155, 255)


def test_the_specular_workflow_is_kept(tmp_path: Path) -> None:
    inputs = "int inputs:useSpecularWorkflow = 1\ncolor3f inputs:specularColor = (0.2, 0.3, 0.4)"
    found = material_of(read(tmp_path, layer(look(inputs))))
    specular = found["extensions"]["KHR_materials_specular"]["specularColorFactor"]
    assert specular == pytest.approx([0.2, 0.3, 0.4])
    assert found["pbrMetallicRoughness"]["metallicFactor"] == 0


def test_a_color_without_material_is_shown(tmp_path: Path) -> None:
    color = 'color3f[] primvars:displayColor = [(0.5, 0, 0)] (interpolation = "constant")'
    found = material_of(read(tmp_path, layer(mesh(color))))
    assert found["pbrMetallicRoughness"]["baseColorFactor"] == [0.5, 0, 0, 1]


def test_colors_of_vertices_are_shown(tmp_path: Path) -> None:
    color = """color3f[] primvars:displayColor = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)] (
        interpolation = "vertex"
    )"""
    document = read(tmp_path, layer(mesh(color)))
    colors = document.accessor(first_primitive(document)["attributes"]["COLOR_0"])
    assert sorted(map(tuple, colors.tolist()))[0] == (0, 0, 1, 1)


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


# --- refused --------------------------------------------------------------------------------------

CORNERS = "int[] faceVertexIndices = [0, 1, 2, 3]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#usda 1.0\n(((", "not a USD layer"),
        (layer('def "a" (references = @/etc/passwd.usda@) {}'), "expected a file in the zip"),
        (layer('def "a" (references = @../../model.usda@) {}'), "outside of the zip"),
        (layer('def "a" (payload = @https://example.org/a.usda@) {}'), "expected a file in the zip"),
        (layer('def "a" (references = @other.usda@) {}'), "not in the package"),
        (layer('def "a" (references = @model.usdz[model.usda]@) {}'), "not in the package"),
        (layer(mesh(), "subLayers = [@/etc/hosts.usda@]"), "expected a file in the zip"),
        (layer(look(tap("diffuseColor", "c", "rgb", "color3f"), reader("c", "/etc/passwd"))), "in the zip"),
        (layer(look(tap("diffuseColor", "c", "rgb", "color3f"), reader("c", "no.png"))), "has no 'no.png'"),
        (layer('def "a" (clips = { dictionary default = {} }) {}'), "clips"),
        (layer('def Xform "empty" {}'), "no mesh"),
        (layer(mesh().replace(CORNERS, "int[] faceVertexIndices = [0, 1, 2, 9]")), "points that it does not"),
        (
            layer(mesh().replace(CORNERS, "int[] faceVertexIndices = [0, 1, 2, -1]")),
            "points that it does not",
        ),
        (layer(mesh().replace(CORNERS, "int[] faceVertexIndices = [0, 1, 2]")), "4 corners, not 3"),
        (layer(mesh().replace("(1, 1, 0)", "(nan, 1, 0)")), "not finite"),
        (layer(mesh(ST.replace("(1, 1), ", ""))), "expected 4"),
        (layer(mesh(), "metersPerUnit = 0"), "expected a length above 0"),
        (layer(mesh().replace("point3f[] points", "string points")), "not a USD layer"),
        (layer(mesh().replace("[(0, 0, 0)", "[(1e20, 0, 0)")), "expected at most"),
    ],
)
def test_it_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        read(tmp_path, text)


def test_references_that_multiply_are_refused(tmp_path: Path) -> None:
    levels = [mesh(name="l0")]
    for level in range(1, 8):
        inner = "".join(f'def "c{i}" (references = </l{level - 1}>) {{}}\n' for i in range(10))
        levels.append(f'def Xform "l{level}" {{\n{inner}\n}}')
    text = '#usda 1.0\n(defaultPrim = "l7")\n' + "\n".join(levels)
    with pytest.raises(ModelError, match="composes to over"):
        read(tmp_path, text)


def test_a_package_off_its_boundaries_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.usdz", "w") as file:
        file.writestr("model.usda", layer(mesh()))
    with pytest.raises(ModelError, match="multiple of 64"):
        open_model(tmp_path / "model.usdz", "m")


def test_a_package_of_other_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds 'run\.sh'"):
        read(tmp_path, layer(mesh()), {"run.sh": b"#!"})


def test_a_compressed_package_is_a_zip_of_usd_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.usdz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.usda", layer(mesh()))
        file.writestr("notes.txt", "for you")
    assert open_model(tmp_path / "model.usdz", "m").format == "usdz"


def test_a_package_in_a_package_in_a_zip_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("model.usdz", b"PK\3\4")
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as file:
        file.writestr("model.usdz", inner.getvalue())
    with pytest.raises(ModelError, match="not a model"):
        open_model(tmp_path / "model.zip", "m")


def test_the_sheet_keeps_its_size(tmp_path: Path) -> None:
    write_usdz(model(sheet(size=0.5)), tmp_path / "model.usdz")
    assert measure(open_model(tmp_path / "model.usdz", "m").document).size[0] == pytest.approx(0.5)
