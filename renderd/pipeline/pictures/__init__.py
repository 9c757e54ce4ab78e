"""Pictures made after a model is converted: its turntable, and its look in a configuration.

Both start from one of our own levels, and write a folder whose JSON file comes last (docs/manifest.md).
"""

from renderd.pipeline.pictures.configuration import write_configuration
from renderd.pipeline.pictures.frames import Drawn
from renderd.pipeline.pictures.turntable import write_turntable
from renderd.pipeline.pictures.views import Views, prepare

__all__ = ["Drawn", "Views", "prepare", "write_configuration", "write_turntable"]
