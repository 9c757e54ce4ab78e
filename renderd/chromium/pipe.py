"""Chromium's DevTools protocol over two pipes: JSON messages, each ended by a zero byte."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable
from typing import IO, Any

BEAT_SECONDS = 0.5
CHUNK = 1 << 20

Check = Callable[[], None]
"""Called at least each second; what it raises ends the wait."""


class Failed(Exception):
    """Chromium doesn't draw; the message says what was seen."""


class Pipe:
    """Calls, one after the other, to whoever reads ``sent`` and writes ``heard``; over after ``seconds``."""

    def __init__(self, sent: IO[bytes], heard: IO[bytes], check: Check, seconds: float) -> None:
        self._sent, self._heard, self._check, self._seconds = sent.fileno(), heard.fileno(), check, seconds
        self._ends_at = time.monotonic() + seconds
        self._number = 0
        self._buffer = bytearray()
        self.session: str | None = None
        # A reader that has stopped must not stop the writer.
        os.set_blocking(self._sent, False)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """What a method answers. Raises Failed for its errors, after the time, and when the pipe ends."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self._send(json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise Failed(f"{method}: {str(answer['error'].get('message'))[:300]}")
        return dict(answer.get("result", {}))

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(writing=True)
            try:
                rest = rest[os.write(self._sent, rest[:CHUNK]) :]
            except BrokenPipeError as error:
                raise Failed("it ended before it had heard all") from error

    def _next(self) -> dict[str, Any]:
        searched = 0
        while (end := self._buffer.find(b"\0", searched)) < 0:
            searched = len(self._buffer)
            self._wait(writing=False)
            chunk = os.read(self._heard, CHUNK)
            if not chunk:
                raise Failed("it ended before it had answered")
            self._buffer += chunk
        message = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            return dict(json.loads(message))
        except ValueError as error:
            raise Failed(f"it talks nonsense: {message[:80]!r}") from error

    def _wait(self, *, writing: bool) -> None:
        readers, writers = ([], [self._sent]) if writing else ([self._heard], [])
        ready = False
        while not ready:
            self._check()
            if time.monotonic() > self._ends_at:
                raise Failed(f"it took more than {self._seconds:.0f} s")
            ready = any(select.select(readers, writers, [], BEAT_SECONDS))
