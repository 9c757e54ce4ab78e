"""Zips: paths that lead out, entries that overlap, and sizes that lie."""

from __future__ import annotations

import io
import json
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

from tests.renderd.hostile.attacks.attack import Attack
from tests.renderd.hostile.attacks.pictures import made_png
from tests.renderd.models import model, picture, png

DIRECTORY, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as file:
        warnings.simplefilter("ignore")
        for name, data in entries:
            file.writestr(name, data)
    return out.getvalue()


def glb() -> bytes:
    return model().to_glb()


def named(name: str) -> Callable[[], bytes]:
    return lambda: zipped((name, glb()))


def link() -> bytes:
    info = zipfile.ZipInfo("model.glb")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def patched(offset: int, value: bytes, mark: bytes = DIRECTORY, data: bytes | None = None) -> bytes:
    """A zip with other bytes at an offset from the first header of a kind."""
    made = bytearray(data or zipped(("model.glb", glb())))
    at = made.index(mark) + offset
    made[at : at + len(value)] = value
    return bytes(made)


def overlapping(count: int = 200) -> bytes:
    """All directory entries lead to the same bytes (D. Fifield, "A better zip bomb", 2019)."""
    packed = zlib.compress(bytes(1 << 20), 9)[2:-4]
    name, crc = b"model.stl", zlib.crc32(bytes(1 << 20))
    sizes = struct.pack("<IIIHH", crc, len(packed), 1 << 20, len(name), 0)
    local = LOCAL + struct.pack("<HHHHH", 20, 0, 8, 0, 0x21) + sizes + name
    listed = b"".join(
        DIRECTORY
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0x21)
        + struct.pack("<IIIHH", crc, len(packed), 1 << 20, len(entry), 0)
        + struct.pack("<HHHII", 0, 0, 0, 0, 0)
        + entry
        for entry in (b"%04d.stl" % number for number in range(count))
    )
    start = len(local) + len(packed)
    end = END + struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), start, 0)
    return local + packed + listed + end


def gltf(uri: str, images: int = 1) -> Callable[[], bytes]:
    """A zip of a glTF whose pictures lie at a URI, and of one picture."""
    document = {"asset": {"version": "2.0"}, "images": [{"uri": uri}] * images}
    return lambda: zipped(("model.gltf", json.dumps(document).encode()), ("a.png", png(picture(8))))


def large_directory() -> bytes:
    return zipped(*((f"{number}.txt", b"") for number in range(2000)))


def zip64() -> bytes:
    data = zipped(("model.glb", glb()))
    at = data.index(END)
    return data[:at] + b"PK\6\7" + bytes(16) + data[at:]


def obj(library: str) -> Callable[[], bytes]:
    lines = f"mtllib {library}\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"
    return lambda: zipped(("model.obj", lines.encode()))


def painted(name: str, data: bytes, count: int = 1) -> Callable[[], bytes]:
    """An OBJ whose ``count`` materials each show a file of their own, of these bytes."""
    materials = "".join(f"newmtl m{i}\nmap_Kd {i}{name}\n" for i in range(count))
    faces = "".join(f"usemtl m{i}\nf 1 2 3\n" for i in range(count))
    lines = f"mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\n{faces}"
    files = [(f"{i}{name}", data) for i in range(count)]
    return lambda: zipped(("a.obj", lines.encode()), ("a.mtl", materials.encode()), *files)


def bmp(side: int) -> bytes:
    """The head of a BMP."""
    head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + head + bytes(50)


def vast() -> bytes:
    return made_png(8192, 8192, bytes(200_000))


HUGE = struct.pack("<I", 0xFFFFFF00)

ATTACKS = (
    Attack("a path upwards", named("../../model.glb"), "outside of its folder"),
    Attack("a path upwards in Windows' way", named("a\\..\\..\\model.glb"), "outside of its folder"),
    Attack("an absolute path", named("/etc/model.glb"), "outside of its folder"),
    Attack("a drive", named("C:model.glb"), "outside of its folder"),
    Attack("a name with a bell", named("model\a.glb"), "can't be"),
    Attack("a name of 5000 letters", named("m" * 5000 + ".glb"), "can't be"),
    Attack("a name of nothing", lambda: patched(0x2E, b"\0"), "without a name"),
    Attack("a link", link, "is a link"),
    Attack("one name twice", lambda: zipped(("a.glb", glb()), ("a.glb", b"x")), "same name"),
    Attack("a password", lambda: patched(8, b"\1\0"), "encrypted"),
    Attack("a zip in a zip", lambda: zipped(("a.zip", zipped(("a.glb", glb())))), "holds no model"),
    Attack("a gigabyte of zeros", lambda: zipped(("model.stl", bytes(30 << 20))), "times its size"),
    Attack("entries that overlap", overlapping, "overlap"),
    Attack("2000 entries", large_directory, "2000 files"),
    Attack("a size that lies in the directory", lambda: patched(24, HUGE), "another size"),
    Attack(
        "a size that lies in both places", lambda: patched(22, HUGE, LOCAL, patched(24, HUGE)), "unpacks to"
    ),
    Attack("a checksum that is wrong", lambda: patched(16, b"beef"), "can't be unpacked"),
    Attack("another place for an entry", lambda: patched(42, b"\1"), "not where the directory says"),
    Attack("zip64", zip64, "zip64"),
    Attack(
        "a program behind the end of the zip", lambda: zipped(("a.glb", glb())) + b"MZ" * 50, "follow the end"
    ),
    Attack("two zips in one file", lambda: zipped(("a.glb", b"")) + zipped(("b.glb", b"")), "not where"),
    Attack("a zip that breaks off", lambda: zipped(("a.glb", glb()))[:-30], "is it cut off?"),
    Attack("a rare method", lambda: zipped(("a.glb", glb()), method=zipfile.ZIP_LZMA), "rare way"),
    Attack("a picture from above", gltf("../a.png"), "outside of the zip"),
    Attack("a picture from above, hidden", gltf("%2e%2e%2fa.png"), "outside of the zip"),
    Attack("a picture from the network", gltf("https://example.com/a.png"), "expected a file in the zip"),
    Attack("a picture from a mail", gltf("cid:a.png"), "expected a file in the zip"),
    Attack("a picture by a path", gltf("/etc/passwd"), "expected a file in the zip"),
    Attack("a picture that isn't there", gltf("b.png"), "has no 'b.png'"),
    Attack("300 pictures by one name", gltf("a.png", 300), "300 images"),
    Attack("materials from above", obj("../../../etc/passwd"), "outside of the zip"),
    Attack("materials by a path", obj("/etc/passwd"), "expected a file in the zip"),
    Attack("a BMP that says 60,000 × 60,000", painted("a.bmp", bmp(60_000)), "too many pixels"),
    Attack("a BMP of more than a side", painted("a.bmp", bmp(9000)), "9000 × 9000"),
    Attack("an OBJ with 13 pictures of 8192²", painted("a.png", vast(), 13), "pixels in all"),
    Attack("a program called BMP", painted("a.bmp", b"MZ" + bytes(99)), "not a picture"),
    Attack(
        "thirty thousand materials in a file",
        lambda: zipped(
            ("a.obj", b"mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
            ("a.mtl", b"".join(b"newmtl %d\n" % number for number in range(30_000))),
        ),
        "20000 materials",
    ),
)
