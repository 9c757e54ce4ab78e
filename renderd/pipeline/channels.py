"""Pictures made smaller channel by channel, as renderers do it."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image


def by_channel(picture: Image.Image, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The picture with ``change`` done to it, in which colours don't depend on opacity.

    Pillow weighs colours by opacity and leaves black where nothing is opaque. Renderers don't: they mix the
    colours under clear texels with their neighbours, so that black would show as fringes around what is cut
    out; and alpha may be a number of its own.
    """
    if "A" not in picture.getbands():
        return change(picture)
    return Image.merge(picture.mode, [change(band) for band in picture.split()])
