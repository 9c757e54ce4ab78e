"""Files in: what a file is by its content, and the document that it holds."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from renderd.pipeline.archive import Archive
from renderd.pipeline.contents import check_contents
from renderd.pipeline.document import Document, no_files
from renderd.pipeline.errors import ModelError
from renderd.pipeline.obj import looks_like_obj, read_obj
from renderd.pipeline.scans import is_binary_stl, is_text_stl, read_scan
from renderd.pipeline.validate import check_images, check_structure, glb_chunks, parse

MOST_BYTES = 2 << 30
EXPECTED = "expected GLB, or a zip of glTF or OBJ with its files, or STL, or PLY"
SUFFIXES = (".glb", ".gltf", ".obj", ".stl", ".ply")
"""What is looked for in a zip, in this order."""

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A model file: its document, hex SHA-256, size in bytes, and what it is."""

    document: Document
    sha256: str
    bytes: int
    format: str


def open_model(path: Path, unit: str) -> Opened:
    """Read and check a model file; raises ModelError if it is none, and OSError if it can't be read.

    ``unit`` (m, cm, mm) is what OBJ, STL and PLY count in.
    """
    size = path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise ModelError(f"the file has {size} bytes; expected 1 to {MOST_BYTES}")
    with path.open("rb") as file:
        data = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    kind, document = read_any(data, unit)
    return Opened(document, hashlib.sha256(data).hexdigest(), size, kind)


def read_any(data: memoryview, unit: str) -> tuple[str, Document]:
    """What the bytes are, and their document; raises ModelError."""
    if bytes(data[:4]) == b"PK\x03\x04":
        return read_zip(Archive(data), unit)
    kind = kind_of(data)
    return kind, read_kind(kind, data, unit, no_files)


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
    raise ModelError(f"the file is not a model that we know; {EXPECTED}")


def read_zip(archive: Archive, unit: str) -> tuple[str, Document]:
    """The one model in a zip, with the files beside it; raises ModelError."""
    main = main_file(archive.names())
    data = memoryview(archive.read(main))
    kind = kind_of(data)
    return kind, read_kind(kind, data, unit, lambda uri: archive.read(archive.near(main, uri)))


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


def read_kind(kind: str, data: memoryview, unit: str, read: Read) -> Document:
    """The checked document of a file of a known kind; ``read`` gives the files beside it."""
    if kind == "glb":
        text, binary = glb_chunks(data)
        return checked(parse(text), binary, read)
    if kind == "gltf":
        return checked(parse(bytes(data).lstrip(b"\xef\xbb\xbf")), data[:0], read)
    if kind == "obj":
        document = read_obj(data, unit, None if read is no_files else read)
        check_images(document)
        return document
    return read_scan(data, kind, unit)


def checked(document: dict[str, object], binary: memoryview, read: Read) -> Document:
    """The document of a parsed glTF, after all checks."""
    check_structure(document)
    result = Document.from_json(document, binary, read)
    check_images(result)
    check_contents(result)
    return result
