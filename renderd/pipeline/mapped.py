"""Bytes of a mapped file: read without a copy, and given back when they have been seen."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterable
from mmap import MADV_DONTNEED, mmap
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LIBC = ctypes.CDLL(None)


def as_file(data: bytes | memoryview) -> BinaryIO:
    """The bytes as a file to read from."""
    return cast(BinaryIO, io.BufferedReader(ViewFile(data)))


def release(views: Iterable[bytes | memoryview]) -> None:
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

    def __init__(self, data: bytes | memoryview) -> None:
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
