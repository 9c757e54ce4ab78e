"""Pictures of products, cast ray by ray on the CPU.

``render_poster`` makes one, a ``Studio`` several of one model, ``encode`` and ``write`` write them.
docs/decisions/0002 says why there is no GPU here, 0009 what draws where there is one.
"""

from renderd.pipeline.poster.pictures import PosterFile, encode, write
from renderd.pipeline.poster.render import Studio, render_poster

__all__ = ["PosterFile", "Studio", "encode", "render_poster", "write"]
