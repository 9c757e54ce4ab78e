"""``python -m renderd``."""

import signal
import sys

from renderd.cli import main

# A shell's background job starts with SIGINT ignored, and SIGTERM would leave half-made folders.
for ending in (signal.SIGINT, signal.SIGTERM):
    signal.signal(ending, signal.default_int_handler)
sys.exit(main())
