"""Files of posters: formats, sizes, grounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from renderd.pipeline.camera import Camera
from renderd.pipeline.poster import encode, render_poster, write
from tests.renderd.poster_models import ball, painted

STRAIGHT_ON = Camera((0.0, 0.0, 3.0), (0.0, 0.0, 0.0), 30.0)


def test_files_are_written_best_first(tmp_path: Path) -> None:
    files = encode(Image.new("RGBA", (1200, 1200), (200, 30, 30, 99)), "poster", tmp_path)
    assert [(f.type, f.width, f.height) for f in files] == [
        ("image/avif", 1200, 1200),
        ("image/webp", 1200, 1200),
        ("image/avif", 480, 480),
        ("image/webp", 480, 480),
        ("image/jpeg", 1200, 1200),
    ]
    for file in files[:-1]:
        with Image.open(file.path) as image:
            assert (image.mode, image.size) == ("RGBA", (file.width, file.height))


def test_the_jpeg_lies_on_white(tmp_path: Path) -> None:
    file = encode(Image.new("RGBA", (1200, 1200), (200, 0, 0, 0)), "poster", tmp_path)[-1]
    assert np.asarray(Image.open(file.path)).min() >= 254


def test_png_keeps_every_pixel(tmp_path: Path) -> None:
    picture = render_poster(ball(painted((0.8, 0.1, 0.1))), STRAIGHT_ON, 32)
    with Image.open(write(picture, tmp_path / "ball.png").path) as read:
        assert np.array_equal(np.asarray(read), np.asarray(picture))


def test_small_pictures_have_no_dark_fringe(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (1200, 1200))
    picture.paste((255, 255, 255, 255), (301, 301, 900, 900))
    small = np.asarray(Image.open(encode(picture, "poster", tmp_path)[-2].path))
    assert small[small[..., 3] > 20][:, :3].min() > 240
