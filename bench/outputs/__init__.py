"""What becomes of the heaviest models and of the samples: are all outputs valid, small, and shown?"""

from bench.outputs.run import main

__all__ = ["main"]
