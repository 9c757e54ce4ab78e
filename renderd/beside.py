"""A place for work beside its outcome, on the same disk, which leaves no trace where the work fails."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def refuse_existing(out: Path) -> None:
    """Raise FileExistsError unless ``out`` is free; an empty folder is."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise FileExistsError(f"{out} is there already and not empty; expected a new name")


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A new folder beside ``out``, to be moved there or to go at the end.

    Raises FileExistsError if ``out`` is there (an empty folder may be). Folders above are made, and go
    again if the work fails.
    """
    refuse_existing(out)
    missing = [parent for parent in out.absolute().parents if not parent.exists()]
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in missing:
            parent.rmdir()
        raise
    shutil.rmtree(folder, ignore_errors=True)
