"""The render worker: RQ with one queue, a list of jobs that it may run, and no orphans.

RQ alone loses and doubles jobs when processes are killed, so nothing here relies on it: the asset
record holds the truth (``storefront.assets.jobs``), and an idle worker rings again for what waits.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from rq import Queue as RqQueue
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from renderd import sandbox
from renderd.confine import die_with_parent
from renderd.jobs import render_asset
from storefront.app import create_app
from storefront.assets import jobs as records
from storefront.assets.operations import RENDER_JOB
from storefront.settings import Settings, from_environ
from storefront.stores import dynamo
from storefront.stores.queue import QUEUE_NAME, connect
from storefront.web import logs
from storefront.web.context import shop

JOBS: Mapping[str, Callable[..., Any]] = {RENDER_JOB: render_asset}
WORKER_TTL = 30
PATIENCE = 40.0

log = logging.getLogger(__name__)


class JobRefused(Exception):
    """A job that is not on the list; nothing of it was imported."""


class ListedJob(Job):
    """An RQ job that can only be one of :data:`JOBS`, with no callbacks: Redis is not trusted with names."""

    @property
    def func(self) -> Callable[..., Any]:
        name = self.func_name
        if name is None or name not in JOBS or self.instance is not None:
            raise JobRefused(f"{name!r} is not a job of this worker")
        return JOBS[name]

    @property
    def success_callback(self) -> None:
        return None

    @property
    def failure_callback(self) -> None:
        return None

    @property
    def stopped_callback(self) -> None:
        return None


class RenderWorker(Worker):
    """One worker process; it forks a work-horse for each job."""

    settings: Settings
    app: Flask

    def main_work_horse(self, job: Job, queue: RqQueue) -> None:
        die_with_parent()
        try:
            # An application of its own: connections that were open at the fork can't be shared.
            with create_app(self.settings).app_context():
                super().main_work_horse(job, queue)
        finally:
            # Only reached without an application: this process must not live on as a second worker.
            log.error("job %s: no application", job.id, exc_info=True)
            os._exit(1)

    def handle_work_horse_killed(self, job: Job, *_how: object) -> None:
        """Queue the job of a killed work-horse again, without waiting for its lease to lapse."""
        with self.app.app_context():
            try:
                records.give_back(str(job.args[0]), self.name, shop().queue)
            except dynamo.Unavailable:
                log.exception("job %s waits for its lease to lapse", job.id)

    def run_maintenance_tasks(self) -> None:
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        self.sweep()

    def sweep(self) -> None:
        """Ring for what waits. A failure is logged: the next sweep is a few seconds away."""
        with self.app.app_context():
            try:
                records.sweep(shop().queue)
            except dynamo.Unavailable:
                log.exception("nothing swept, DynamoDB is away")


def start(settings: Settings) -> RenderWorker:
    """A worker on the queue of these settings; call its ``work()``."""
    connection = connect(settings, patience=PATIENCE)
    queue = RqQueue(QUEUE_NAME, connection=connection, serializer=JSONSerializer, job_class=ListedJob)
    worker = RenderWorker(
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        job_class=ListedJob,
        worker_ttl=WORKER_TTL,
        job_monitoring_interval=5,
        maintenance_interval=15,
    )
    worker.settings, worker.app = settings, create_app(settings)
    return worker


def main() -> int:
    """Work until SIGTERM or SIGINT; the job at hand is finished first. The exit status."""
    settings = from_environ(os.environ)
    logs.configure(settings.log_level)
    sandbox.check(required=settings.production)
    start(settings).work()
    return 0
