"""USD files that are not taken."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from tests.renderd.usd_layers import (
    ST,
    layer,
    look,
    mesh,
    read,
    reader,
    tap,
)

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


def test_a_package_of_other_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds 'run\.sh'"):
        read(tmp_path, layer(mesh()), {"run.sh": b"#!"})


def test_a_package_in_a_package_in_a_zip_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("model.usdz", b"PK\3\4")
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as file:
        file.writestr("model.usdz", inner.getvalue())
    with pytest.raises(ModelError, match="not a model"):
        open_model(tmp_path / "model.zip", "m")
