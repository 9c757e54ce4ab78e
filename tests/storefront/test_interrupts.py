"""Ctrl-C and SIGTERM end a process that starts children, whenever they come."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# The handler's exception is dropped there: this is what Ctrl-C during a child's start comes to.
LOST = """
import os, signal, sys
from storefront.embedded import interrupts

interrupts.listen()
os.register_at_fork(after_in_parent=lambda: signal.raise_signal(int(sys.argv[1])))
if not os.fork():
    os._exit(0)
print("forked", flush=True)
try:
    interrupts.heed()
except KeyboardInterrupt:
    print("ended")
"""


@pytest.mark.parametrize("given", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_that_comes_while_a_child_starts(given: signal.Signals) -> None:
    done = subprocess.run(
        (sys.executable, "-c", LOST, str(int(given))), capture_output=True, text=True, timeout=60
    )
    assert "Exception ignored" in done.stderr
    assert done.stdout.split() == ["forked", "ended"]
