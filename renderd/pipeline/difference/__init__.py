"""How different a model looks from its source, measured on pictures.

Both are drawn by the poster's ray caster from the same cameras, without shadows, a ray for each pixel, and
the pictures are compared where either shows something. The same documents give the same numbers.
"""

from renderd.pipeline.difference.metric import Score
from renderd.pipeline.difference.reference import Difference, Reference, compare, level_views, whole_views
from renderd.pipeline.difference.views import View

__all__ = ["Difference", "Reference", "Score", "View", "compare", "level_views", "whole_views"]
