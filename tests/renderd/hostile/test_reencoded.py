"""What comes out is always made anew: no bytes of the merchant's pictures are served."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import brotli
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from renderd.pipeline.convert import convert
from storefront.plugin_api import Recipe
from tests.renderd.models import model

pytestmark = pytest.mark.slow

BLOCK = 32
"""Any run of 63 bytes holds a whole block of this many, wherever it begins."""

MARK = b"<script>alert('a picture that is also a page')</script>"


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (96, 96, 3), dtype=np.uint8))


def png() -> bytes:
    """With a text, and a page behind its end."""
    out, texts = io.BytesIO(), PngInfo()
    texts.add_text("Comment", MARK.decode())
    noise().save(out, "PNG", pnginfo=texts)
    return out.getvalue() + MARK


def jpeg() -> bytes:
    """With metadata, a page behind its end, and a quality that we never use: equal ones give equal scans."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = MARK.decode()
    noise().save(out, "JPEG", quality=91, exif=exif, comment=MARK)
    return out.getvalue() + MARK


def webp() -> bytes:
    """Of an effort that we never use: equal pixels without loss, at equal effort, are equal bytes."""
    out = io.BytesIO()
    noise().save(out, "WEBP", lossless=True, method=0, quality=0, exif=b"Exif\0\0" + MARK, xmp=MARK)
    return out.getvalue()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file that a conversion makes, unpacked, by name."""
    folder = tmp_path_factory.mktemp("reencoded")
    document = model()
    material = document.json["materials"][0]
    slots = ("normalTexture", "occlusionTexture", "emissiveTexture")
    for number, (slot, data) in enumerate(zip(slots, (png(), jpeg(), webp()), strict=True)):
        document.add("images", {"bufferView": document.add_view(data), "name": MARK.decode()})
        document.add("textures", {"source": number})
        material[slot] = {"index": number}
    document.json["asset"]["copyright"] = MARK.decode()
    document.json["extras"] = {"page": MARK.decode()}
    (folder / "source").write_bytes(document.to_glb())
    convert(folder / "source", folder / "out", Recipe())
    return dict(contents(folder / "out"))


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*.*"):
        data = path.read_bytes()
        yield path.name, brotli.decompress(data) if path.suffix == ".br" else data
        if path.suffix == ".usdz":
            with zipfile.ZipFile(path) as file:
                yield from ((name, file.read(name)) for name in file.namelist())


@pytest.mark.parametrize("make", [png, jpeg, webp])
def test_no_run_of_a_picture_comes_out(outputs: dict[str, bytes], make: object) -> None:
    assert callable(make)
    data = make()
    # The tables of a JPEG are the same in every one.
    data = data[data.find(b"\xff\xda") + 1 :]
    blocks = [data[at : at + BLOCK] for at in range(0, len(data) - BLOCK, BLOCK)]
    blocks = [block for block in blocks if len(set(block)) > 8]
    assert len(blocks) > 100
    found = {name for name, out in outputs.items() for block in blocks if block in out}
    assert not found


def test_no_text_of_the_file_comes_out(outputs: dict[str, bytes]) -> None:
    assert len(outputs) > 8
    assert not [name for name, out in outputs.items() if MARK[:40] in out]
