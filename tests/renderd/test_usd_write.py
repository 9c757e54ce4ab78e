"""USDZ packages as the USD library reads them back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from pxr import Usd, UsdGeom

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.usd import check_usdz, write_usdz
from renderd.pipeline.usd.check import within
from renderd.pipeline.usd.names import Names
from renderd.pipeline.usd.write import pack
from tests.renderd.models import (
    SAMPLES,
    attribute,
    model,
    sheet,
)
from tests.renderd.test_model_validity import everything
from tests.renderd.usd_stages import Opened, meshes, opening, surface

opened = pytest.fixture(opening)


def test_it_works(opened: Opened) -> None:
    stage = opened(model())
    assert (UsdGeom.GetStageMetersPerUnit(stage), UsdGeom.GetStageUpAxis(stage)) == (1.0, "Y")
    assert str(stage.GetDefaultPrim().GetPath()) == "/model"
    assert [str(mesh.GetPath()) for mesh in meshes(stage)] == ["/model/top/top_mesh"]


def test_a_model_with_everything_is_sound(tmp_path: Path) -> None:
    write_usdz(everything(), tmp_path / "model.usdz")


def test_a_mesh_keeps_its_numbers(opened: Opened) -> None:
    shape = sheet()
    mesh = meshes(opened(model(shape)))[0]
    assert np.allclose(mesh.GetPointsAttr().Get(), shape.positions, atol=1e-6)
    assert np.allclose(mesh.GetNormalsAttr().Get(), shape.normals, atol=1e-6)
    assert np.array_equal(mesh.GetFaceVertexIndicesAttr().Get(), shape.indices)
    st = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").Get())
    assert np.allclose(st, np.stack([shape.uv[:, 0], 1 - shape.uv[:, 1]], axis=1), atol=1e-6)


def test_nodes_keep_their_places(opened: Opened) -> None:
    document = model()
    document.json["nodes"][0] |= {"translation": [0, 2, 0], "rotation": [0, 0, 0.6, 0.8], "scale": [1, 3, 1]}
    group = document.add("nodes", {"name": "group", "children": [0], "translation": [5, 0, 0]})
    document.json["scenes"][0]["nodes"] = [group]
    stage = opened(document)
    assert str(meshes(stage)[0].GetPath()) == "/model/group/top/top_mesh"


def test_hidden_nodes_are_left_out(opened: Opened) -> None:
    document = model()
    off = {"KHR_node_visibility": {"visible": False}}
    document.json["scenes"][0]["nodes"].append(
        document.add("nodes", {"name": "spare", "mesh": 0, "extensions": off})
    )
    assert len(meshes(opened(document))) == 1


def test_instances_are_all_there(tmp_path: Path) -> None:
    document = model()
    places = attribute(document, np.array([[0.0, 0, 0], [0, 2, 0], [0, 4, 0]]))
    document.json["nodes"][0]["extensions"] = {
        "EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": places}}
    }
    once, thrice = tmp_path / "1.usdz", tmp_path / "3.usdz"
    write_usdz(model(), once)
    write_usdz(document, thrice)
    assert len(meshes(Usd.Stage.Open(str(thrice)))) == 3
    assert thrice.stat().st_size < once.stat().st_size * 1.5


def test_a_skinned_mesh_stands_as_its_joints_do(opened: Opened) -> None:
    document = everything()
    document.json["nodes"][1]["translation"] = [0.0, 1.0, 0.0]
    mesh = meshes(opened(document))[0]
    assert np.min(mesh.GetPointsAttr().Get(), axis=0)[1] == pytest.approx(measure(document).min[1], abs=1e-5)


def test_names_are_valid_and_unique() -> None:
    names = Names()
    assert [names.unique(name, "part") for name in ("Ärm 1", "Ärm 1", "2", "脚", "", "a/b")] == [
        "Arm_1",
        "Arm_1_2",
        "_2",
        "part",
        "part_2",
        "a_b",
    ]


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    document = everything()
    paths = [tmp_path / "a.usdz", tmp_path / "b.usdz"]
    for path in paths:
        write_usdz(document, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


def test_lines_alone_make_no_package(tmp_path: Path) -> None:
    document = model()
    line = {"attributes": {"POSITION": attribute(document, np.eye(3), bounds=True)}, "mode": 3}
    document.json["meshes"][0]["primitives"] = [line]
    with pytest.raises(ModelError, match="no triangles"):
        write_usdz(document, tmp_path / "model.usdz")


def test_a_package_of_another_size_is_refused(tmp_path: Path) -> None:
    write_usdz(model(sheet(size=2.0)), tmp_path / "model.usdz")
    with pytest.raises(ModelError, match=r"expected 1\.0000"):
        check_usdz(tmp_path / "model.usdz", model(sheet(size=1.0)))


def test_a_package_off_its_boundaries_is_refused(tmp_path: Path) -> None:
    write_usdz(model(), tmp_path / "model.usdz")
    with (
        zipfile.ZipFile(tmp_path / "model.usdz") as package,
        zipfile.ZipFile(tmp_path / "off.usdz", "w") as off,
    ):
        for name in package.namelist():
            off.writestr(name, package.read(name))
    with pytest.raises(ModelError, match="64 bytes"):
        check_usdz(tmp_path / "off.usdz", model())


def test_a_package_that_the_validators_blame_is_refused(tmp_path: Path, opened: Opened) -> None:
    document = model()
    stage = opened(document)
    stage.RemovePrim(surface(stage).GetPath())
    stage.OverridePrim(meshes(stage)[0].GetPath()).CreateRelationship("material:binding").SetTargets(
        ["/model/nowhere"]
    )
    bad = Usd.Stage.CreateInMemory()
    bad.GetRootLayer().TransferContent(stage.GetRootLayer())
    bad.GetRootLayer().Export(str(tmp_path / "bad.usdc"))
    pack(tmp_path / "bad.usdz", tmp_path, ["bad.usdc"])
    with pytest.raises(ModelError, match="not sound") as refused:
        check_usdz(tmp_path / "bad.usdz", document)
    assert str(tmp_path) not in str(refused.value)


def test_where_we_work_is_nobody_s_business(tmp_path: Path) -> None:
    said = f"The prim </model> in {tmp_path}/bad.usdz[bad.usdc] and {tmp_path.resolve()}/b.usdc is odd"
    assert within(tmp_path, said) == "The prim </model> in bad.usdz[bad.usdc] and b.usdc is odd"


@pytest.mark.slow
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.glb")), ids=lambda path: path.stem)
def test_a_sample_makes_a_sound_package(tmp_path: Path, sample: Path) -> None:
    write_usdz(Document.load_glb(sample.read_bytes()), tmp_path / "model.usdz")
