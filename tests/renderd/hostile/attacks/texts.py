"""STL, PLY and OBJ: counts that lie, and lines without an end."""

from __future__ import annotations

import struct

from tests.renderd.hostile.attacks.attack import Attack

TRIANGLE = b"v 0 0 0\nv 1 0 0\nv 0 1 0\n"


def stl(stated: int, there: int) -> bytes:
    return b"a good model".ljust(80, b"\0") + struct.pack("<I", stated) + bytes(50 * there)


def ply(head: bytes, body: bytes = b"", kind: bytes = b"ascii") -> bytes:
    return b"ply\nformat " + kind + b" 1.0\n" + head + b"end_header\n" + body


VERTICES = b"element vertex %d\nproperty float x\nproperty float y\nproperty float z\n"
FACES = b"element face %d\nproperty list uchar int vertex_indices\n"
BINARY = b"binary_little_endian"

ATTACKS = (
    Attack("an STL of four billion triangles", lambda: stl(4_000_000_000, 2), "4000000000 triangles"),
    Attack("an STL that breaks off", lambda: stl(100, 60), "but 60 are there"),
    Attack("an STL with numbers of text", lambda: b"solid a\nfacet normal x y z\nendsolid", "no faces"),
    Attack("a PLY of billions", lambda: ply(VERTICES % 4_000_000_000 + FACES % 1), "4000000000 rows"),
    Attack(
        "a PLY of billions in binary",
        lambda: ply(VERTICES % (1 << 40) + FACES % 1, bytes(64), BINARY),
        "1099511627776 rows",
    ),
    Attack("a PLY of 30 digits", lambda: ply(VERTICES.replace(b"%d", b"9" * 30) + FACES % 1), "can't be"),
    Attack("a PLY whose faces are missing", lambda: ply(VERTICES % 0 + FACES % 9, b"", BINARY), "9 rows"),
    Attack("a PLY without an end", lambda: b"ply\nformat ascii 1.0\n" + b"comment x\n" * 9000, "no end"),
    Attack("a PLY of unknown numbers", lambda: ply(b"element vertex 1\nproperty vec9 x\n"), "property that"),
    Attack("a PLY of 300 properties", lambda: ply(VERTICES % 1 + b"property int a\n" * 300), "too many"),
    Attack("a PLY in two formats", lambda: ply(b"format ascii 1.0\n" + VERTICES % 1), "format once"),
    Attack(
        "a PLY with a list of billions",
        lambda: ply(
            VERTICES % 1 + b"element face 1\nproperty list uint int vertex_indices\n",
            bytes(12) + struct.pack("<I", 0xFFFFFFFF) + bytes(12),
            BINARY,
        ),
        "PLY",
    ),
    Attack("an OBJ with vertex a billion", lambda: TRIANGLE + b"f 1 2 1000000000\n", "does not exist"),
    Attack("an OBJ with vertex minus nine", lambda: TRIANGLE + b"f 1 2 -9\n", "does not exist"),
    Attack("an OBJ with vertex nought", lambda: TRIANGLE + b"f 0 1 2\n", "does not exist"),
    Attack("an index of 5000 digits", lambda: TRIANGLE + b"f 1 2 " + b"9" * 5000, "line 4"),
    Attack("a face of a million corners", lambda: TRIANGLE + b"f" + b" 1 2 3" * 400_000, "1200000 corners"),
    Attack("an OBJ with NaN", lambda: TRIANGLE + b"v nan 0 0\nf 1 2 3\n", "not finite"),
    Attack("an OBJ at 1e300", lambda: TRIANGLE + b"v 1e300 0 0\nf 1 2 3\n", "too large"),
    Attack("an OBJ of short lines", lambda: b"v 0 0\nv 1 0\nv 0 1\nf 1 2 3\n", "fewer than 3"),
    Attack("an object's name of a megabyte", lambda: TRIANGLE + b"o " + b"x" * (1 << 20), "name in"),
    Attack(
        "thirty thousand objects",
        lambda: TRIANGLE + b"".join(b"o %d\n" % number for number in range(30_000)),
        "20000 objects",
    ),
    Attack(
        "three thousand materials in use",
        lambda: TRIANGLE + b"".join(b"usemtl %d\nf 1 2 3\n" % number for number in range(3000)),
        "2000 materials",
    ),
    Attack(
        "thirty thousand objects in two materials",
        lambda: TRIANGLE + b"".join(b"o %d\nusemtl %d\n" % (n, n % 2) for n in range(15_000)),
        "20000 objects",
    ),
    Attack(
        "a thousand material files",
        lambda: b"".join(b"mtllib %d.mtl\n" % number for number in range(1000)) + TRIANGLE,
        "64 material files",
    ),
    Attack("a text of nothing", lambda: b"v" + b" " * (1 << 20), "no faces"),
    Attack("zeros", lambda: bytes(1 << 16), "not a model"),
)
