"""Our levels beside those of gltf-transform and gltfpack, at equal picture difference."""

from bench.levels.run import main

__all__ = ["main"]
