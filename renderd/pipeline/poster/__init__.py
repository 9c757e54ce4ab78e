"""Pictures of products, cast ray by ray on the CPU.

``render_poster`` makes one, ``encode`` writes it. docs/decisions/0002 says why there is no GPU here.
"""

from renderd.pipeline.poster.pictures import PosterFile, encode
from renderd.pipeline.poster.render import render_poster

__all__ = ["PosterFile", "encode", "render_poster"]
