"""The rules that a USDZ adds to a zip ("Usdz File Format Specification"), without the USD library."""

from __future__ import annotations

import struct
import zipfile

from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import as_file

LAYERS = (".usdc", ".usda", ".usd")
KINDS = (*LAYERS, ".png", ".jpg", ".jpeg", ".avif", ".exr", ".m4a", ".mp3", ".wav")
LOCAL_HEADER = 30
"""Bytes of an entry's own header, before its name."""


def is_package(data: memoryview) -> bool:
    """Whether the bytes are USDZ: a zip whose first file is a USD layer, stored as it is."""
    head = bytes(data[:LOCAL_HEADER])
    if len(head) < LOCAL_HEADER or head[:4] != b"PK\x03\x04" or head[8:10] != b"\0\0":
        return False
    (length,) = struct.unpack_from("<H", head, 26)
    name = bytes(data[LOCAL_HEADER : LOCAL_HEADER + length]).lower()
    return name.endswith(tuple(suffix.encode() for suffix in LAYERS))


def check_package(data: memoryview) -> None:
    """Raise ModelError unless a sound zip keeps the rules: files stored, of USDZ's kinds.

    Files may start anywhere: the boundaries of 64 bytes are for those who map them, and we unpack them.
    """
    with zipfile.ZipFile(as_file(data)) as package:
        for info in package.infolist():
            name = info.filename[:200]
            if info.compress_type != zipfile.ZIP_STORED:
                raise ModelError(f"{name!r} in the USDZ is compressed; expected it stored as it is")
            if not name.lower().endswith(KINDS):
                raise ModelError(f"the USDZ holds {name!r}; expected USD layers, pictures and sounds")
