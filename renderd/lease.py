"""Holds a claim while its work goes on: a thread renews the lease, whatever the work is busy with."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType

from storefront.assets.jobs import LEASE, Claim, LeaseLost, renew, watch
from storefront.stores.dynamo import Unavailable

TICK_SECONDS, RENEW_SECONDS = 0.8, 6.0
FINISH_SECONDS = 8.0
LONGEST_SECONDS = 3600.0

Progress = Callable[[str, float], None]
"""(stage, share of the work done, 0 to 1); what it raises ends the work."""

log = logging.getLogger(__name__)


class Stopping(Exception):
    """This worker is about to end: the job goes back to the others."""


class Overdue(Exception):
    """The job takes longer than any may."""


class Lease:
    """A claim that is kept until the end of the ``with`` block.

    The work calls :meth:`progress` or :meth:`check` at least each second. They raise what ended it:
    LeaseLost, Cancelled, :class:`Stopping` or :class:`Overdue`.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._news, self._told = ("Starting", 0.0), ("Starting", 0.0)
        self._begun = self._renewed = time.monotonic()
        self._stop_at: float | None = None
        self._ended: Exception | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Lease:
        # Records are read and written by the application in whose context the work goes on.
        self._thread = threading.Thread(target=copy_context().run, args=(self._keep,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """Raise what ended the work, if anything did."""
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            raise Stopping
        dead = self._thread is not None and not self._thread.is_alive()
        if self._ended is not None:
            raise self._ended
        if dead:
            # It ended by a fault of its own: nobody renews the lease any more.
            raise LeaseLost(self.claim.job_id)

    def progress(self, stage: str, share: float) -> None:
        """Say how far the work is. The share may come from a child that hostile input has taken over."""
        self._news = (stage, share if 0.0 <= share <= 1.0 else 0.0)
        self.check()

    def part(self, begin: float, end: float) -> Progress:
        """The progress of a step that takes the work from one share to another."""
        return lambda stage, share: self.progress(stage, begin + share * (end - begin))

    def stop(self) -> None:
        """End soon: at once, or a few seconds later if the work will be done by then. For signals."""
        if self._stop_at is None:
            moment = time.monotonic()
            left = self._seconds_left(moment)
            self._stop_at = moment + (FINISH_SECONDS if left <= FINISH_SECONDS else 0.0)

    def _seconds_left(self, moment: float) -> float:
        share = self._news[1]
        # Before half of the work is done, nothing can be said of the rest.
        return (moment - self._begun) * (1 - share) / share if share > 0.5 else float("inf")

    def _keep(self) -> None:
        while self._ended is None and not self._over.wait(TICK_SECONDS):
            moment = time.monotonic()
            try:
                self._beat(moment)
            except (LeaseLost, Overdue) as error:
                self._ended = error
            except (Unavailable, OSError) as error:
                log.warning("job %s: no heartbeat: %s", self.claim.job_id, error)
                if moment - self._renewed > LEASE.total_seconds():
                    self._ended = LeaseLost(self.claim.job_id)

    def _beat(self, moment: float) -> None:
        if moment - self._begun > LONGEST_SECONDS:
            raise Overdue(f"it was not done after {LONGEST_SECONDS:.0f} s")
        news = self._news
        if news == self._told and moment - self._renewed < RENEW_SECONDS:
            watch(self.claim)
            return
        renew(self.claim, news[0], round(100 * news[1]))
        self._told, self._renewed = news, moment
