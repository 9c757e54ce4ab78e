"""Archives that are the same bytes whenever they are made of the same files."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can name."""
_FILE, _PROGRAM = 0o644, 0o755


def tar(path: Path, files: Mapping[str, bytes | Path]) -> str:
    """Write an uncompressed tar (what is in it is compressed already); its sha256."""
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in sorted(files.items()):
            data = _bytes(content)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), _mode(name)
            archive.addfile(entry, io.BytesIO(data))
    return digest(path)


def zip_(path: Path, files: Mapping[str, bytes | Path]) -> str:
    """Write a zip; its sha256."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = _mode(name) << 16
            archive.writestr(entry, _bytes(content), compresslevel=9)
    return digest(path)


def digest(path: Path) -> str:
    """A file's sha256, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpacked(wheel: Path) -> dict[str, bytes]:
    """A wheel's files as they lie when it is installed, without its scripts."""
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            name = _place(entry.filename)
            if name and not entry.is_dir():
                files[name] = archive.read(entry)
    return files


def _place(name: str) -> str:
    """Where a wheel's file goes below site-packages; empty for what goes elsewhere (PEP 427)."""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    kind, _, below = rest.partition("/")
    return below if kind in ("purelib", "platlib") else ""


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _mode(name: str) -> int:
    return _PROGRAM if name.endswith((".sh", ".so")) or ".so." in name else _FILE
