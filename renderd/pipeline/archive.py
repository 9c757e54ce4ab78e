"""A zip file as a folder in memory, opened only if its names, sizes and ratios are harmless."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from urllib.parse import unquote

from renderd.pipeline.errors import ModelError

MOST_ENTRIES = 1000
MOST_BYTES = 2 << 30
MOST_RATIO = 100
SMALL = 1 << 20
"""An entry of up to this many bytes may shrink to anything: flat pictures and meshes do."""


class Archive:
    """The files of a zip by path; nothing is unpacked to disk."""

    def __init__(self, data: memoryview) -> None:
        """Read the directory of the zip; raises ModelError if it is broken, encrypted, or a bomb."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ModelError(f"the zip file can't be opened: {error}") from error
        entries = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(entries) > MOST_ENTRIES:
            raise ModelError(f"the zip file has {len(entries)} files; at most {MOST_ENTRIES} are read")
        if sum(info.file_size for info in entries) > MOST_BYTES:
            raise ModelError(f"the zip file unpacks to more than {MOST_BYTES} bytes")
        for info in entries:
            check_entry(info)
        self._entries = {posixpath.normpath(info.filename): info for info in entries}

    def names(self) -> list[str]:
        """Paths of the files, without what file managers hide in archives."""
        return [
            name
            for name in self._entries
            if not name.startswith("__MACOSX/") and not posixpath.basename(name).startswith(".")
        ]

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises ModelError if there is none, or it is not what the directory says."""
        info = self._entries.get(name)
        if info is None:
            raise ModelError(f"the zip file has no {name[:200]!r}, to which the model refers")
        try:
            with self._zip.open(info) as file:
                data = file.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
            raise ModelError(f"{name[:200]!r} in the zip file can't be unpacked: {error}") from error
        if len(data) != info.file_size:
            raise ModelError(f"{name[:200]!r} in the zip file is not as long as the zip says")
        return data

    def near(self, base: str, uri: str) -> str:
        """The path that a relative URI in the file ``base`` means; raises ModelError if it leaves the zip."""
        path = unquote(uri).replace("\\", "/")
        if "://" in path or path.startswith("/") or path[1:2] == ":":
            raise ModelError(f"the model refers to {uri[:200]!r}; expected a file in the zip")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        if found.startswith(".."):
            raise ModelError(f"the model refers to {uri[:200]!r}, which lies outside of the zip")
        return self.without_case(found)

    def without_case(self, name: str) -> str:
        """The file of that name, or the only one that differs in upper and lower case."""
        alike = [entry for entry in self._entries if entry.lower() == name.lower()]
        return alike[0] if name not in self._entries and len(alike) == 1 else name


def check_entry(info: zipfile.ZipInfo) -> None:
    """Raise ModelError for an entry with a bad path, a password, or an impossible ratio."""
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:2]:
        raise ModelError(f"the zip file has an entry outside of its folder: {name[:200]!r}")
    if info.flag_bits & 1:
        raise ModelError("the zip file is encrypted; send one without a password")
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise ModelError(f"{name[:200]!r} in the zip file unpacks to over {MOST_RATIO} times its size")
