"""Pictures drawn by the shop's own viewer in headless Chromium, for machines with a GPU.

It reads models that we have written ourselves and talks to nobody: no server, no port, no file. The worker
holds both ends of its DevTools pipe and hands it everything through that. docs/decisions/0009 says when.
"""

from renderd.chromium.found import Program, choose
from renderd.chromium.photographs import Scene, photograph
from renderd.chromium.pipe import Failed

__all__ = ["Failed", "Program", "Scene", "choose", "photograph"]
