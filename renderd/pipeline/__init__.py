"""The model pipeline, as a library that knows no storage and no queue.

``convert`` does all of it; ``ModelError`` is what it raises for a model that can't be used.
"""

from renderd.pipeline.convert import convert
from renderd.pipeline.errors import ModelError
from renderd.pipeline.manifest import PIPELINE_VERSION, Manifest

__all__ = ["PIPELINE_VERSION", "Manifest", "ModelError", "convert"]
