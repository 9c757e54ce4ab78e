"""USD in packages: layers that reach out, refer to themselves, or promise what they don't hold."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from tests.renderd.hostile.attacks.archives import zipped
from tests.renderd.hostile.attacks.attack import Attack

HEAD = '#usda 1.0\n(\n    defaultPrim = "top"\n    metersPerUnit = 1\n    upAxis = "Y"\n)\n'
POINTS = "point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]"
COUNTS = "int[] faceVertexCounts = [3]"
INDICES = "int[] faceVertexIndices = [0, 1, 2]"


def package(*layers: str) -> Callable[[], bytes]:
    """A zip of these layers, which are called 0.usda, 1.usda and so on."""
    return lambda: zipped(*((f"{number}.usda", text.encode()) for number, text in enumerate(layers)))


def mesh(points: str = POINTS, counts: str = COUNTS, indices: str = INDICES, head: str = HEAD) -> str:
    return f'{head}def Mesh "top"\n{{\n    {points}\n    {counts}\n    {indices}\n}}\n'


def referring(path: str) -> str:
    return f'{HEAD}def Xform "top" (\n    prepend references = @{path}@\n)\n{{\n}}\n'


def laughing(levels: int = 30) -> str:
    """Each prim holds the next one twice (the "billion laughs" of references)."""
    text = HEAD + 'def Xform "top" (\n    prepend references = </a0>\n)\n{\n}\n'
    for level in range(levels):
        inner = (
            f'    def Xform "{{}}" (\n        prepend references = </a{level + 1}>\n    )\n    {{\n    }}\n'
        )
        text += f'def Xform "a{level}"\n{{\n{inner.replace("{}", "x", 1)}{inner.replace("{}", "y", 1)}}}\n'
    text = text.replace("{{", "{").replace("}}", "}")
    return text + mesh(head="").replace('"top"', f'"a{levels}"')


def textured(path: str) -> str:
    shader = f'asset inputs:file = @{path}@\n            uniform token info:id = "UsdUVTexture"'
    return (
        mesh().rstrip("}\n")
        + "\n    rel material:binding = </top/look>\n"
        + '    def Material "look"\n    {\n'
        + "        token outputs:surface.connect = </top/look/s.outputs:surface>\n"
        + '        def Shader "s"\n        {\n            uniform token info:id = "UsdPreviewSurface"\n'
        + "            color3f inputs:diffuseColor.connect = </top/look/t.outputs:rgb>\n"
        + "            token outputs:surface\n        }\n"
        + f'        def Shader "t"\n        {{\n            {shader}\n'
        + "            float3 outputs:rgb\n        }\n"
        + "    }\n}\n"
    )


def deep(opening: str, closing: str, times: int = 50_000) -> Callable[[], bytes]:
    """A layer of brackets in brackets, stored as it is: packed, it would be a bomb already."""
    text = HEAD + opening * times + closing * times + "\n"
    return lambda: zipped(("0.usda", text.encode()), method=zipfile.ZIP_STORED)


def chained(layers: int = 4, depth: int = 200) -> Callable[[], bytes]:
    """Each layer is nested as far as it may be, and refers to the next from its innermost prim."""
    inner = [f'def "top" (\n    references = @{layer + 1}.usda@\n)\n{{\n}}\n' for layer in range(layers)]
    texts = [HEAD + 'def "top"\n{\n' * depth + text + "}\n" * depth for text in inner]
    entries = [(f"{number}.usda", text.encode()) for number, text in enumerate([*texts, mesh()])]
    return lambda: zipped(*entries, method=zipfile.ZIP_STORED)


def stored(name: str) -> bytes:
    """A package with a file that doesn't belong there."""
    return zipped(("0.usda", mesh().encode()), (name, b"#!/bin/sh\n"), method=zipfile.ZIP_STORED)


ATTACKS = (
    Attack("a program in a package", lambda: stored("run.sh"), "the USDZ holds 'run.sh'"),
    Attack("a layer from the disk", package(referring("/etc/passwd")), "expected a file in the zip"),
    Attack("a layer from above", package(referring("../../a.usda")), "outside of the zip"),
    Attack("a layer from the network", package(referring("https://a/b.usda")), "expected a file in the zip"),
    Attack("a layer that isn't there", package(referring("./9.usda")), "not in the package"),
    Attack("a texture from the disk", package(textured("/etc/passwd")), "expected a file in the zip"),
    Attack("a texture from above", package(textured("../../../etc/passwd")), "outside of the zip"),
    Attack("a billion prims by references", package(laughing()), "composes to over"),
    Attack("a layer that refers to itself", package(referring("./0.usda")), "no mesh"),
    Attack("prims in prims", deep('def "a"\n{\n', "}\n"), "nested deeper than 256"),
    Attack("lists in lists", deep("[", "]"), "nested deeper than 256"),
    Attack("prims in prims behind quotes", deep("def \"a\" (doc = '}}')\n{\n", "}\n"), "nested deeper than"),
    Attack("layers nested in layers", chained(), "nested deeper than 512"),
    Attack(
        "a path of a hundred thousand names",
        package(HEAD + f'def "top" (\n    references = <{"/a" * 100_000}>\n)\n{{\n}}\n'),
        "a path of more than 4096",
    ),
    Attack("a layer of noise", package("#usda 1.0\n" + "((((" * 10), "USD"),
    Attack("binary of noise", lambda: zipped(("a.usdc", b"PXR-USDC" + b"\xff" * 5000)), "USD"),
    Attack("a face beyond the points", package(mesh(indices=INDICES.replace("2]", "900]"))), "point"),
    Attack(
        "faces of more corners than there are",
        package(mesh(counts=COUNTS.replace("3", "3000000"))),
        "corners",
    ),
    Attack("a face of minus three corners", package(mesh(counts=COUNTS.replace("3", "-3"))), "corners"),
    Attack("points that are no numbers", package(mesh(points=POINTS.replace("1", "nan"))), "not finite"),
    Attack("points at 1e30", package(mesh(points=POINTS.replace("1", "1e30"))), "at most"),
    Attack("a unit of nothing", package(mesh(head=HEAD.replace("Unit = 1", "Unit = 0"))), "metres"),
)
