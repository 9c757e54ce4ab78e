"""Servers of a test that go away and come back: stopped, or so stuck that they take calls and answer none."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from storefront.embedded.process import Child, wait_for_port

PATIENCE = 8.0
"""Seconds in which a page answers, whatever is away. Most take milliseconds; machines of tests are busy."""

AT_ONCE = 1.5
"""Seconds in which two pages are answered that wait for nothing: less than any store's patience."""


@dataclass(frozen=True)
class Server:
    """A server that a test started, on a port and data that it keeps."""

    child: Child
    port: int

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stop it, and start it again in the end."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def stop(self) -> None:
        """Stop it in good order."""
        self.child.stop()

    def start(self) -> None:
        """Start it with the data that it had."""
        self.child.process = self.child.launch()
        wait_for_port(self.child, self.port)

    @contextmanager
    def stuck(self) -> Iterator[None]:
        """Let it keep its connections, and answer nothing, as behind a network that swallows all."""
        top = psutil.Process(self.child.process.pid)
        processes = [top, *top.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGCONT)


@contextmanager
def soon(seconds: float = PATIENCE) -> Iterator[None]:
    """What happens inside takes no longer than that."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds
