"""What nobody does on purpose: wake workers for forgotten work, bury what can't be done."""

from __future__ import annotations

import logging
from datetime import datetime

from storefront.assets.jobs.choosing import due, lapsed
from storefront.assets.jobs.following import follow
from storefront.assets.jobs.home import here, our_assets, ours
from storefront.assets.jobs.protocol import GIVEN_UP, MAX_ATTEMPTS
from storefront.assets.jobs.requests import KEPT, request
from storefront.assets.models import FAILED, QUEUED, RUNNING, Asset, Job
from storefront.stores.dynamo import Change, Refused, now, write_together
from storefront.stores.queue import Queue, QueueAway

MOST_RINGS = 32
DIED = "Its renderer ended without a word."

log = logging.getLogger(__name__)


def sweep(queue: Queue) -> int:
    """Ring for what waits or whose worker is gone; returns how many jobs could begin now.

    The supervisor and every idle worker call it every few seconds: a ring that got lost costs a delay,
    not a job.
    """
    moment = now()
    running = list(Job.by_state.query(RUNNING, filter_condition=ours()))
    for job in running:
        if job.attempts >= MAX_ATTEMPTS and job.lease_until and job.lease_until < moment:
            _bury(job, moment)
    free = len(due(moment, MOST_RINGS)) + len(lapsed(running, moment))
    _ring(queue, min(free, MOST_RINGS))
    return free


def daily() -> None:
    """Ask for today's clean-up of this region; asking twice is once."""
    request("clean-up", f"{here()}/{now():%Y-%m-%d}", {"title": "Daily clean-up"})


def adopt() -> int:
    """Make the jobs of assets that wait without one, as older versions left them. Returns how many."""
    left = [
        asset
        for state in (QUEUED, RUNNING)
        for asset in Asset.by_state.query(state, filter_condition=our_assets())
        if Job.count(f"model:{asset.asset_id}") == 0
    ]
    for asset in left:
        told = {"title": asset.filename, "product": asset.product_slug}
        also = follow("model", asset.asset_id, QUEUED)
        request("model", asset.asset_id, told, asset.owner, also=also)
    return len(left)


def _bury(job: Job, moment: datetime) -> None:
    still = (Job.state == RUNNING) & (Job.fence == job.fence) & (Job.lease_until < moment)
    actions = (
        Job.state.set(FAILED),
        Job.error.set(GIVEN_UP),
        Job.reason.set(DIED),
        Job.lease_until.remove(),
        Job.expires_at.set(moment + KEPT),
        Job.updated_at.set(moment),
    )
    try:
        write_together(
            Change(Job(job.job_id), actions, still), *follow(job.kind, job.subject, FAILED, GIVEN_UP)
        )
    except Refused:
        log.info("job %s lives on", job.job_id)


def _ring(queue: Queue, rings: int) -> None:
    try:
        queue.ring_up_to(rings)
    except QueueAway as error:
        log.warning("nobody was told of %d jobs, the queue is away: %s", rings, error)
