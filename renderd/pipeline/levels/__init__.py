"""Three levels of detail, each the smallest file that looks enough like the source.

``docs/decisions/0004`` says how they are found.
"""

from renderd.pipeline.levels.build import Built, build_all

__all__ = ["Built", "build_all"]
