"""A render worker: it takes the job whose turn it is, and does it in a process of its own.

The bell (``storefront.stores.queue``) only shortens its rest: every few seconds it looks for work
itself. Nothing that comes from Redis is ever run.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from multiprocessing.process import BaseProcess

from flask import Flask

from renderd import sandbox, scratch
from renderd.cli.running import last_line
from renderd.confine import die_with_parent
from renderd.jobs import work
from renderd.lease import FINISH_SECONDS, LONGEST_SECONDS, Lease
from renderd.spot import Notice
from storefront.app import MODELS, create_app
from storefront.assets import jobs
from storefront.settings import SettingError, Settings
from storefront.stores import dynamo
from storefront.stores.queue import Listener, QueueAway
from storefront.stores.secrets import settings_of
from storefront.web import logs
from storefront.web.context import shop

REST_SECONDS, SWEEP_SECONDS = 2, 5.0
GRACE_SECONDS = FINISH_SECONDS + 4.0

_FORK = multiprocessing.get_context("fork")

log = logging.getLogger(__name__)


class Worker:
    """One worker. It keeps no thread, so that it can fork a work-horse for each job."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self.name = f"{socket.gethostname()}.{os.getpid()}"
        self._listener = Listener(settings, REST_SECONDS)
        self._notice = Notice(settings)
        self._horse: BaseProcess | None = None
        self._stopping_since: float | None = None
        self._next_sweep = 0.0

    def run(self) -> None:
        """Work until SIGTERM, SIGINT or a Spot notice: the job at hand is finished if that takes seconds.

        Where the machine's group wants it to end, it is finished whatever it takes.
        """
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: self.stop())
        scratch.clear()
        log.info("worker %s: ready", self.name)
        with self.app.app_context():
            while not self._ending() and not self._notice.leaving():
                try:
                    self._turn()
                except (dynamo.Unavailable, OSError) as error:
                    log.warning("worker %s: no work to be had: %s", self.name, error)
                    time.sleep(REST_SECONDS)
        log.info("worker %s: ended", self.name)

    def stop(self) -> None:
        """Begin nothing new, and end what is going on."""
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()
        if self._horse is not None and self._horse.pid is not None:
            self._rein_in(self._horse)

    def _ending(self) -> bool:
        if self._stopping_since is None and self._notice.given():
            log.warning("worker %s: this Spot machine is about to go", self.name)
            self.stop()
        return self._stopping_since is not None

    def _turn(self) -> None:
        held = jobs.claim_next(self.name)
        if held is not None:
            self._ride(held)
            return
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP_SECONDS
            jobs.sweep(shop().queue)
            jobs.daily()
        try:
            self._listener.wait()
        except QueueAway:
            time.sleep(REST_SECONDS)

    def _ride(self, held: jobs.Claim) -> None:
        self._horse = horse = _FORK.Process(target=_gallop, args=(self.app, held, os.getpid()))
        horse.start()
        ends_at = time.monotonic() + LONGEST_SECONDS + GRACE_SECONDS
        while horse.is_alive():
            horse.join(1.0)
            if self._ending():
                self._rein_in(horse)
            if time.monotonic() > ends_at:
                horse.kill()
        self._horse = None
        self._after(held, horse.pid or 0, horse.exitcode or 0)

    def _rein_in(self, horse: BaseProcess) -> None:
        """Each second again, until it has ended: it may not have been ready to hear the first one."""
        assert self._stopping_since is not None
        if time.monotonic() - self._stopping_since < GRACE_SECONDS:
            horse.terminate()
        else:
            horse.kill()

    def _after(self, held: jobs.Claim, horse: int, status: int) -> None:
        if status == 0:
            return
        scratch.clear(of=horse)
        log.error("worker %s: the work-horse of %s ended with %d", self.name, held.job_id, status)
        try:
            if self._stopping_since is not None:
                jobs.give_back(held)
            else:
                jobs.crash(held, f"the work-horse ended with status {status}")
        except jobs.LeaseLost:
            log.info("job %s was settled already", held.job_id)


def _gallop(app: Flask, held: jobs.Claim, worker: int) -> None:
    """The work-horse's life: one job."""
    lease = Lease(held)
    signal.signal(signal.SIGTERM, lambda *_: lease.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    if os.getppid() != worker:
        return
    # What was open at the fork can't be shared. The worker speaks to DynamoDB and Redis alone, and the
    # client of Redis knows of forks.
    dynamo.forget_connections(MODELS)
    with app.app_context(), lease:
        work(lease)


def main() -> int:
    """Work until told to stop; the exit status: 0, or 1 with one line on stderr if it can't begin."""
    try:
        settings = settings_of(os.environ, sells=False)
        logs.configure(settings.log_level)
        sandbox.check(required=settings.production)
    except (SettingError, sandbox.Unconfined, sandbox.Crashed) as error:
        sys.stderr.write(f"renderd: no worker: {last_line(error)}\n")
        return 1
    Worker(settings).run()
    return 0
