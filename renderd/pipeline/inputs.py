"""Files in: what a file is by its content, and the document that it holds."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np

from renderd.pipeline.archive import Archive
from renderd.pipeline.axes import settle
from renderd.pipeline.bounds import measure
from renderd.pipeline.clean import use_fallbacks
from renderd.pipeline.container import glb_chunks, parse
from renderd.pipeline.contents import check_contents
from renderd.pipeline.document import Document, no_files
from renderd.pipeline.draco import decode_draco
from renderd.pipeline.errors import ModelError
from renderd.pipeline.headers import check_images
from renderd.pipeline.hints import comments, libraries, unit_said, up_said
from renderd.pipeline.intake import LARGEST, SAID, SMALLEST, UNKNOWN, Found, Intake, Size, Taken, decide
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.mend import mend
from renderd.pipeline.obj import looks_like_obj, material_files, read_obj
from renderd.pipeline.orientation import lean
from renderd.pipeline.scans import check_stl, is_binary_stl, is_text_stl, read_scan
from renderd.pipeline.scene import draws
from renderd.pipeline.usd import read_usd
from renderd.pipeline.usd.container import LAYERS, check_package, is_package
from renderd.pipeline.validate import check_structure

MOST_BYTES = 2 << 30
EXPECTED = "expected GLB, USDZ, STL, PLY, or a zip of glTF or OBJ with its files"
SUFFIXES = (".glb", ".gltf", ".usdz", *LAYERS, ".obj", ".stl", ".ply")
"""What is looked for in a zip, in this order."""

Files = Callable[[str], Bytes]
"""Gives the bytes of a file beside the model."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A model file: its document in metres with y up, hex SHA-256, size in bytes, what it is, how its unit
    and axes were understood, and what of it had to be mended.
    """

    document: Document
    sha256: str
    bytes: int
    format: str
    taken: Taken
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read: what it is, its document in its own unit, and what its comments say."""

    format: str
    document: Document
    comments: str = ""


def open_model(path: Path, recipe_unit: str, intake: Intake = UNKNOWN) -> Opened:
    """Read and check a model file; raises ModelError if it is none, and OSError if it can't be read.

    ``recipe_unit`` (m, cm, mm, in, or "auto") is what OBJ, STL and PLY of this product type count in.
    """
    size = path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise ModelError(f"the file has {size} bytes; expected 1 to {MOST_BYTES}")
    with path.open("rb") as file:
        data = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    read = read_any(data)
    mended = mend(read.document)
    taken = understand(read, recipe_unit, intake)
    settle(read.document, taken.metres, taken.up)
    return Opened(read.document, hashlib.sha256(data).hexdigest(), size, read.format, taken, tuple(mended))


def understand(read: Read, recipe_unit: str, intake: Intake) -> Taken:
    """The unit and the up-axis of a file that was read."""
    found = Found(
        read.format,
        (read.format in SAID and intake == UNKNOWN and usual_size(read.document))
        or measure(read.document).size,
        unit_said(read.comments),
        up_said(read.comments),
        0.0 if read.format in SAID else lean(read.document),
    )
    return decide(found, recipe_unit, intake)


def usual_size(document: Document) -> Size | None:
    """Sides of a box around the boxes that the document states, if that is a product's; else None.

    It spares a look at every vertex of a model that need not be asked about.
    """
    if document.items("skins"):
        return None
    corners = []
    for draw in draws(document):
        accessor = document.json["accessors"][draw.primitive["attributes"]["POSITION"]]
        if "min" not in accessor or accessor.get("normalized"):
            return None
        box = np.array(list(product(*zip(accessor["min"], accessor["max"], strict=True))), float)
        corners.append(box @ draw.world[:3, :3].T + draw.world[:3, 3])
    if not corners:
        return None
    size = np.ptp(np.concatenate(corners), axis=0).tolist()
    return (size[0], size[1], size[2]) if SMALLEST <= max(size) <= LARGEST else None


def read_any(data: memoryview) -> Read:
    """What the bytes are, and their document; raises ModelError."""
    if is_package(data):
        return read_package(data)
    if bytes(data[:4]) == b"PK\x03\x04":
        return read_zip(Archive(data))
    kind = kind_of(data)
    return Read(kind, read_kind(kind, data, no_files), comments(data, kind))


def kind_of(data: memoryview) -> str:
    """The kind of a file by its content; raises ModelError."""
    head = bytes(data[:64])
    if head[:4] == b"glTF":
        return "glb"
    if head[:4] in (b"ply\n", b"ply\r"):
        return "ply"
    if is_binary_stl(data) or is_text_stl(data):
        return "stl"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return "gltf"
    if looks_like_obj(data):
        return "obj"
    check_stl(data)
    raise ModelError(f"the file is not a model that we know; {EXPECTED}")


def read_package(data: memoryview) -> Read:
    """The model in a USDZ, whose first file is the one to begin with; raises ModelError."""
    archive = Archive(data)
    check_package(data)
    first = next(iter(archive.names()), "")
    if not first.lower().endswith(LAYERS):
        raise ModelError("the first file of the USDZ is no USD layer; expected the one to begin with")
    return Read("usdz", read_layer(archive, first))


def read_layer(archive: Archive, main: str) -> Document:
    """The checked document of a USD layer in an archive."""
    document = read_usd(archive, main)
    check_images(document)
    check_contents(document)
    return document


def read_zip(archive: Archive) -> Read:
    """The one model in a zip, with the files beside it; raises ModelError."""
    main = main_file(archive.names())
    if main.lower().endswith(LAYERS):
        return Read("usdz", read_layer(archive, main))
    data = archive.view(main)
    if is_package(data):
        return read_package(data)
    kind = kind_of(data)

    def beside(uri: str) -> memoryview:
        return archive.view(archive.near(main, uri))

    document = read_kind(kind, data, beside)
    listed = libraries(data) if kind == "obj" else []
    said = [comments(memoryview(file), "mtl") for file in material_files(listed, beside)]
    return Read(kind, document, "\n".join([comments(data, kind), *said]))


def main_file(names: list[str]) -> str:
    """The model among the files of a zip: of the first kind that there is, and nearest to the top."""
    for suffix in SUFFIXES:
        found = sorted((n for n in names if n.lower().endswith(suffix)), key=lambda n: (n.count("/"), n))
        if len(found) > 1 and found[0].count("/") == found[1].count("/"):
            both = " and ".join(posixpath.basename(name)[:60] for name in found[:2])
            raise ModelError(f"the zip file holds several models ({both}); expected one")
        if found:
            return found[0]
    raise ModelError("the zip file holds no model; expected one of " + ", ".join(SUFFIXES))


def read_kind(kind: str, data: memoryview, read: Files) -> Document:
    """The checked document of a file of a known kind, in the unit of the file."""
    if kind == "glb":
        text, binary = glb_chunks(data)
        return checked(parse(text), binary, read)
    if kind == "gltf":
        return checked(parse(bytes(data).lstrip(b"\xef\xbb\xbf")), data[:0], read)
    if kind == "obj":
        document = read_obj(data, "m", None if read is no_files else lambda name: bytes(read(name)))
        check_images(document)
        return document
    return read_scan(data, kind, "m")


def checked(document: dict[str, object], binary: memoryview, read: Files) -> Document:
    """The document of a parsed glTF, after all checks."""
    check_structure(document)
    result = Document.from_json(document, binary, read)
    use_fallbacks(result)
    check_images(result)
    decode_draco(result)
    check_contents(result)
    return result
