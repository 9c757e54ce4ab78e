"""A zip file as a folder in memory, opened only if its names, sizes and ratios are harmless.

The layout is read here before the zip library sees it (APPNOTE.TXT, §4.3): one directory at the end, entries
side by side without gaps that a second reader could take for something else.
"""

from __future__ import annotations

import posixpath
import stat
import struct
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from itertools import pairwise
from urllib.parse import unquote

from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import as_file, spilled

MOST_ENTRIES = 1000
MOST_BYTES = 2 << 30
MOST_RATIO = 100
MOST_NAME = 1024
MOST_DIRECTORY = 4 << 20
MOST_READ = 4 << 30
"""All that a model may make us unpack: it may name one file many times."""

SMALL = 1 << 20
"""An entry of up to this many bytes may shrink to anything: flat pictures and meshes do."""

LARGE = 16 << 20
"""A file of more bytes than this is unpacked to the disk, and read from there part by part."""

END, END64 = b"PK\5\6", b"PK\6\7"


class Archive:
    """The files of a zip by path; none gets a name on the disk."""

    def __init__(self, data: memoryview) -> None:
        """Read the directory of the zip; raises ModelError if it is broken, encrypted, or a bomb."""
        directory = check_layout(data)
        try:
            self._zip = zipfile.ZipFile(as_file(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise ModelError(f"the zip file can't be opened: {error}") from error
        entries = self._zip.infolist()
        if any(not info.filename for info in entries):
            raise ModelError("the zip file has an entry without a name")
        check_places(data, entries, directory)
        entries = [info for info in entries if not info.is_dir()]
        for info in entries:
            info.filename = told_name(info)
        if sum(info.file_size for info in entries) > MOST_BYTES:
            raise ModelError(f"the zip file unpacks to more than {MOST_BYTES} bytes")
        for info in entries:
            check_entry(info)
        self._entries = {posixpath.normpath(info.filename): info for info in entries}
        if len(self._entries) < len(entries):
            raise ModelError("the zip file holds two files of the same name")
        self._read = 0

    def names(self) -> list[str]:
        """Paths of the files, without what file managers hide in archives."""
        return [
            name
            for name in self._entries
            if not name.startswith("__MACOSX/") and not posixpath.basename(name).startswith(".")
        ]

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises ModelError if there is none, or it is not what the directory says."""
        return bytes(self.view(name))

    def view(self, name: str) -> memoryview:
        """Like ``read``; a large file lies on the disk, and its bytes are read when they are looked at."""
        info = self._entries.get(name)
        if info is None:
            raise ModelError(f"the zip file has no {name[:200]!r}, to which the model refers")
        self._read += info.file_size
        if self._read > MOST_READ:
            raise ModelError(
                f"the model reads more than {MOST_READ} bytes of the zip file, some of them twice"
            )
        try:
            with self._zip.open(info) as file:
                most = info.file_size + 1
                data = spilled(file, most) if most > LARGE else memoryview(file.read(most))
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
            raise ModelError(f"{name[:200]!r} in the zip file can't be unpacked: {error}") from error
        if len(data) != info.file_size:
            raise ModelError(f"{name[:200]!r} in the zip file is not as long as the zip says")
        return data

    def near(self, base: str, uri: str) -> str:
        """The path that a relative URI in the file ``base`` means; raises ModelError if it leaves the zip."""
        path = unicodedata.normalize("NFC", unquote(uri)).replace("\\", "/")
        absolute = path.startswith("/") or path[1:3] == ":/"
        if "://" in path or (":" in path[:6] and not absolute):
            raise ModelError(f"the model refers to {uri[:200]!r}; expected a file in the zip")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        if found.startswith(".."):
            raise ModelError(f"the model refers to {uri[:200]!r}, which lies outside of the zip")
        same = self.alike(found)
        if same is None and absolute:
            raise ModelError(f"the model refers to {uri[:200]!r}; expected a file in the zip")
        return same or found

    def alike(self, name: str) -> str | None:
        """The file of that path; else the only one whose path, or at least whose own name, differs in case
        alone: programs write down where their author kept the pictures.
        """
        if name in self._entries:
            return name
        paths = [entry for entry in self.names() if entry.lower() == name.lower()]
        last = posixpath.basename(name).lower()
        files = [entry for entry in self.names() if posixpath.basename(entry).lower() == last]
        return paths[0] if len(paths) == 1 else files[0] if len(files) == 1 else None


def told_name(info: zipfile.ZipInfo) -> str:
    """The path of an entry with its accents composed; file managers write UTF-8 and don't say so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return unicodedata.normalize("NFC", name)


def check_layout(data: memoryview) -> int:
    """Where the directory begins; raises ModelError unless it ends the file, and is not zip64."""
    tail = bytes(data[-(22 + 65535) :])
    at = tail.rfind(END)
    if at < 0 or at + 22 > len(tail):
        raise ModelError("the zip file has no directory at its end: is it cut off?")
    entries, size, start, comment = struct.unpack_from("<HIIH", tail, at + 10)
    place = len(data) - len(tail) + at
    if tail[max(0, at - 20) : at][:4] == END64:
        raise ModelError("the zip file is zip64, which only files beyond 4 GB need; expected a plain one")
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise ModelError(f"the zip file has {entries} files; at most {MOST_ENTRIES} are read")
    if at + 22 + comment != len(tail):
        raise ModelError(
            f"{len(tail) - at - 22 - comment} bytes follow the end of the zip file; expected none"
        )
    if start + size != place:
        raise ModelError("the zip file's directory is not where its end says")
    return int(start)


def check_places(data: memoryview, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Entries lie side by side before the directory: none inside of another, as in a bomb of overlaps."""
    if len(entries) > MOST_ENTRIES:
        raise ModelError(f"the zip file has {len(entries)} files; at most {MOST_ENTRIES} are read")
    spans = sorted((info.header_offset, entry_end(data, info)) for info in entries)
    for (_, end), (start, _) in pairwise([(0, 0), *spans, (directory, directory)]):
        if end > start:
            raise ModelError("two files in the zip overlap; expected one after the other")


def entry_end(data: memoryview, info: zipfile.ZipInfo) -> int:
    """Where the bytes of an entry end, by its own header; raises ModelError if that says other sizes."""
    at = info.header_offset
    if at + 30 > len(data) or bytes(data[at : at + 4]) != b"PK\3\4":
        raise ModelError(f"{info.filename[:200]!r} in the zip file is not where the directory says")
    flags, packed, size, name, extra = struct.unpack_from("<6xH10xIIHH", data, at)
    if not flags & 8 and (packed, size) != (info.compress_size, info.file_size):
        raise ModelError(f"{info.filename[:200]!r} in the zip file has another size than the directory says")
    return int(at + 30 + name + extra + info.compress_size)


def check_entry(info: zipfile.ZipInfo) -> None:
    """Raise ModelError for an entry with a bad path, a password, a rare method, or an impossible ratio."""
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:2]:
        raise ModelError(f"the zip file has an entry outside of its folder: {name[:200]!r}")
    if len(name) > MOST_NAME or not name.isprintable():
        raise ModelError(f"the zip file has an entry with a name that can't be: {name[:80]!r}")
    if info.flag_bits & 0x2041:
        raise ModelError("the zip file is encrypted; send one without a password")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ModelError(f"{name[:200]!r} in the zip file is a link; expected files")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ModelError(f"{name[:200]!r} in the zip file is packed in a rare way; expected deflate")
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise ModelError(f"{name[:200]!r} in the zip file unpacks to over {MOST_RATIO} times its size")
