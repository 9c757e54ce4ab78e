"""What a worker may write about a job: only while its fence is the newest."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pynamodb.expressions.update import Action

from storefront.assets.jobs.following import follow
from storefront.assets.jobs.home import here, ours
from storefront.assets.jobs.requests import KEPT, get_job, ring
from storefront.assets.models import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Job,
    JobOwner,
    change_job,
)
from storefront.stores.dynamo import Change, Refused, Unavailable, now, write_together

LEASE = timedelta(seconds=25)
MAX_ATTEMPTS = 5
MAX_FAULTS = 20
BACK_OFF, LONGEST_WAIT = 5.0, 600.0

GIVEN_UP = "Our renderer failed on this model five times. We keep the file; try it again later."

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """The job isn't yours any more: drop what you made."""


class Cancelled(LeaseLost):
    """Nobody wants the job any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job, as long as its fence is the newest and its home is still ``region``."""

    job_id: str
    kind: str
    subject: str
    owner: str
    region: str
    details: Mapping[str, Any]
    fence: int
    attempts: int
    faults: int


def claim(job_id: str, worker: str, lease: timedelta = LEASE) -> Claim | None:
    """Take the job if it waits, or if the lease of whoever had it has lapsed; None if it is not free.

    A job whose home is another region is never free here.
    """
    moment = now()
    waiting = (Job.state == WAITING) & (Job.not_before.does_not_exist() | (Job.not_before <= moment))
    lapsed = (Job.state == RUNNING) & (Job.lease_until < moment)
    job = change_job(
        job_id,
        (waiting | lapsed) & (Job.attempts < MAX_ATTEMPTS) & ours(),
        Job.region.set(here()),
        Job.state.set(RUNNING),
        Job.fence.set(Job.fence + 1),
        Job.attempts.set(Job.attempts + 1),
        Job.worker.set(worker),
        Job.lease_until.set(moment + lease),
        Job.stage.set("Starting"),
        Job.percent.set(0),
    )
    if job is None:
        return None
    _note_service(job.owner)
    counts = int(job.fence), int(job.attempts), int(job.faults)
    return Claim(job.job_id, job.kind, job.subject, job.owner, str(job.region), job.details, *counts)


def renew(held: Claim, stage: str, percent: int, lease: timedelta = LEASE) -> None:
    """Keep the lease and say how far the job is, 0 to 100 %. Raises :class:`LeaseLost`."""
    told = (Job.stage.set(stage), Job.percent.set(percent), Job.lease_until.set(now() + lease))
    if change_job(held.job_id, _mine(held), *told) is None:
        raise _lost(held)


def watch(held: Claim) -> None:
    """Raise :class:`LeaseLost` if somebody took or cancelled the job. A cheap read, a moment late."""
    wanted = ["job_id", "fence", "region", "state"]
    seen = next(iter(Job.batch_get([held.job_id], attributes_to_get=wanted)), None)
    if seen is None or seen.fence > held.fence or seen.region != held.region:
        raise _lost(held)


def complete(held: Claim, *also: Change) -> None:
    """The job is done, and with it ``also`` is written: both or neither. Raises :class:`LeaseLost`."""
    over = (Job.state.set(DONE), Job.stage.set("Ready"), Job.percent.set(100), *_over())
    _write(held, over, *also)


def fail(held: Claim, error: str, reason: str = "") -> None:
    """It can't be done, and trying again wouldn't help. Raises :class:`LeaseLost`."""
    _dead(held, error, reason or error)


def crash(held: Claim, reason: str) -> None:
    """Whoever worked on it died of it: later again, or never after five times. Raises LeaseLost."""
    if held.attempts >= MAX_ATTEMPTS:
        _dead(held, GIVEN_UP, reason)
    else:
        _later(held, reason, held.attempts, Job.attempts.set(held.attempts))


def fault(held: Claim, reason: str) -> None:
    """Something of ours was away, not the job's doing: later again, after ever longer waits."""
    if held.faults + 1 >= MAX_FAULTS:
        _dead(held, GIVEN_UP, reason)
    else:
        uncounted = (Job.attempts.set(held.attempts - 1), Job.faults.set(held.faults + 1))
        _later(held, reason, held.faults + 1, *uncounted)


def give_back(held: Claim) -> None:
    """Put the job back untouched: somebody else does it now. It doesn't count. Raises LeaseLost."""
    back = (Job.state.set(WAITING), Job.attempts.set(held.attempts - 1), Job.not_before.remove())
    _write(held, (*back, Job.lease_until.remove(), Job.stage.set(""), Job.percent.set(0)))
    ring()


def back_off(tries: int) -> float:
    """Seconds to wait after so many tries: doubling, never above ten minutes, at random in the upper half."""
    longest = min(LONGEST_WAIT, BACK_OFF * 2.0 ** (tries - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _later(held: Claim, reason: str, tries: int, *counted: Action) -> None:
    wait = timedelta(seconds=back_off(tries))
    waits = (Job.state.set(WAITING), Job.not_before.set(now() + wait), Job.lease_until.remove())
    _write(held, (*waits, *counted, Job.stage.set(""), Job.percent.set(0), Job.reason.set(reason[-2000:])))


def _dead(held: Claim, error: str, reason: str) -> None:
    said = (Job.state.set(FAILED), Job.error.set(error), Job.reason.set(reason[-2000:]))
    _write(held, (*said, *_over()), *follow(held.kind, held.subject, FAILED, error))


def _over() -> tuple[Action, ...]:
    return Job.lease_until.remove(), Job.expires_at.set(now() + KEPT)


def _write(held: Claim, actions: tuple[Action, ...], *also: Change) -> None:
    mine = Change(Job(held.job_id), (*actions, Job.updated_at.set(now())), _mine(held))
    try:
        write_together(mine, *also)
    except Refused as error:
        raise _lost(held) from error


def _mine(held: Claim) -> Any:
    # Where two regions began the same job, the record of one wins in both, with a fence that may be equal.
    return (Job.state == RUNNING) & (Job.fence == held.fence) & (Job.region == held.region)


def _lost(held: Claim) -> LeaseLost:
    job = get_job(held.job_id)
    return Cancelled(held.job_id) if job is not None and job.state == CANCELLED else LeaseLost(held.job_id)


def _note_service(owner: str) -> None:
    try:
        JobOwner(owner, served_at=now()).save()
    except Unavailable:
        log.warning("it is not noted that %s was served: the next turn may be theirs again", owner)
