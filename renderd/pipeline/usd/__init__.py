"""USD both ways: a document as USDZ for Quick Look, and a merchant's USD file as a document.

The USD library is imported when one of these is called: it brings plugins and threads of its own, which
only the process that works on a model should hold.
"""

from __future__ import annotations

from pathlib import Path

from renderd.pipeline.archive import Archive
from renderd.pipeline.document import Document


def write_usdz(document: Document, path: Path) -> None:
    """Write what ``document`` shows at rest as USDZ: metres, y up, UsdPreviewSurface, JPEG and PNG.

    Hidden nodes are left out. The same document gives the same bytes. The package is checked as
    ``check_usdz`` says; raises ModelError if it is not sound or nothing is shown, OSError if it can't be
    written.
    """
    from renderd.pipeline.usd.write import write

    write(document, path)
    check_usdz(path, document)


def check_usdz(path: Path, document: Document) -> None:
    """Open a package again with the USD library; raises ModelError unless it is a sound one of ``document``.

    Sound is: plain files on boundaries of 64 bytes, of kinds that Quick Look reads; metres, y up; no finding
    of the library's own validators; the same box in the world, to a thousandth of the longest side.
    """
    from renderd.pipeline.usd.check import check

    check(path, document)


def read_usd(archive: Archive, main: str) -> Document:
    """The document of the layer ``main`` in a package, in metres with y up, at the first of its times.

    Meshes, places, instances, skins, UsdPreviewSurface and the variants that are chosen in the file are
    read; what is invisible is hidden by KHR_node_visibility. Only the layers and pictures of the package are
    looked at. Raises ModelError.
    """
    from renderd.pipeline.usd.read import read

    return read(archive, main)
