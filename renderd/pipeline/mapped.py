"""Bytes of a mapped file: read without a copy, and given back when they have been seen."""

from __future__ import annotations

import ctypes
import io
import tempfile
from collections.abc import Iterable
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from typing import IO, TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Bytes = bytes | memoryview

LIBC = ctypes.CDLL(None)
PORTION = 1 << 20


def as_file(data: Bytes) -> BinaryIO:
    """The bytes as a file to read from."""
    return cast(BinaryIO, io.BufferedReader(ViewFile(data)))


def spilled(stream: IO[bytes], most: int) -> memoryview:
    """What a stream holds, at most ``most`` bytes of it, in a mapped file without a name."""
    with tempfile.TemporaryFile() as file:
        while most > 0 and (chunk := stream.read(min(PORTION, most))):
            most -= file.write(chunk)
        file.flush()
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ) if file.tell() else b"")


def release(views: Iterable[Bytes]) -> None:
    """Give the memory of mapped files, and what was freed, back to the system.

    What is looked at again of a file is read again.
    """
    owners = {id(view.obj): view.obj for view in views if isinstance(view, memoryview)}
    for owner in owners.values():
        if isinstance(owner, mmap):
            owner.madvise(MADV_DONTNEED)
    # The C library keeps what large pictures took; other libraries than glibc have no such function.
    if hasattr(LIBC, "malloc_trim"):
        LIBC.malloc_trim(0)


class ViewFile(io.RawIOBase):
    """A raw file over bytes in memory."""

    def __init__(self, data: Bytes) -> None:
        self._data, self._at = memoryview(data), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        found = self._data[self._at : self._at + len(target)]
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = max(0, start + offset)
        return self._at
