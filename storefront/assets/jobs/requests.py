"""Asking for work, and what people may do with it: look, cancel, try again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from storefront.assets.jobs.following import follow
from storefront.assets.jobs.home import Elsewhere, here, is_ours, ours
from storefront.assets.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, WAITING, Job
from storefront.stores.dynamo import Change, Refused, could_be_key, now, write_together
from storefront.stores.queue import QueueAway
from storefront.web.context import shop
from storefront.web.errors import ShopError

PRIORITIES: Mapping[str, int] = {"configuration": 10, "model": 20, "turntable": 30, "clean-up": 90}
"""By kind, the lowest first: somebody waits for a configuration's picture in front of the screen."""

LAST_TURN = 999_999
OVER = (DONE, FAILED, CANCELLED)
"""Whoever begins such a job anew becomes its home."""

KEPT = timedelta(days=30)
"""How long a job that is over is remembered."""

log = logging.getLogger(__name__)


class NotNow(ShopError):
    """A button that came too late: the job is not as it was shown any more, or its file is gone."""

    def __init__(self) -> None:
        super().__init__(
            "That is over already",
            "The render went on meanwhile, or its file isn't kept any more. Look at the page again.",
            409,
            action_label="All renders",
            action_url="/merchant/renders",
        )


def job_id_of(kind: str, subject: str) -> str:
    """The id of the one job of this kind for this subject."""
    return f"{kind}:{subject}"


def find_job(kind: str, subject: str) -> Job | None:
    """The job as DynamoDB has it now, None where nobody asked for it."""
    return get_job(job_id_of(kind, subject))


def find_jobs(kind: str, subjects: Iterable[str]) -> dict[str, Job]:
    """The jobs of many subjects, as they were a moment ago, by subject."""
    wanted = [job_id_of(kind, subject) for subject in subjects]
    return {job.subject: job for job in Job.batch_get(wanted)}


def get_job(job_id: str) -> Job | None:
    """The same by id."""
    if not could_be_key(job_id):
        return None
    try:
        return Job.get(job_id, consistent_read=True)
    except Job.DoesNotExist:
        return None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants done, for whom, and how long it shall wait."""

    kind: str
    subject: str
    details: Mapping[str, Any]
    owner: str
    wait: timedelta = timedelta(0)


def request(
    kind: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    owner: str = "shop",
    *,
    also: tuple[Change, ...] = (),
    wait: timedelta = timedelta(0),
) -> Job:
    """The job for this; it is made, and a worker told, unless there is one in whatever state.

    ``also`` is written if and only if the job is new. Nobody begins it before ``wait`` is over.
    """
    known = find_job(kind, subject)
    if known is None:
        try:
            wish = _Wish(kind, subject, details or {}, owner, wait)
            return _put(wish, Job.job_id.does_not_exist(), also)
        except Refused:
            known = find_job(kind, subject)
            if known is None:
                raise
    return known


def restart(
    kind: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    owner: str = "shop",
    *,
    also: tuple[Change, ...] = (),
) -> Job:
    """Have it done from the start, whatever became of it before: whoever works on it now loses it.

    Raises :class:`~storefront.stores.dynamo.Refused` where a condition of ``also`` doesn't hold,
    :class:`Elsewhere` for what another region works on.
    """
    _refuse_elsewhere(find_job(kind, subject))
    free = ours() | Job.state.is_in(*OVER)
    return _put(_Wish(kind, subject, details or {}, owner), free, also)


def retry(job_id: str) -> Job:
    """Try a failed or cancelled job again. Raises :class:`NotNow` where it is neither."""
    job = get_job(job_id)
    ended = Job.state.is_in(FAILED, CANCELLED)
    if job is None:
        raise NotNow
    wish = _Wish(job.kind, job.subject, job.details, job.owner)
    try:
        return _put(wish, ended, follow(job.kind, job.subject, QUEUED))
    except Refused as error:
        raise NotNow from error


def cancel(job_id: str, why: str = "Cancelled.") -> None:
    """End a job that waits or runs; its worker stops within two seconds.

    Raises :class:`NotNow`, and :class:`Elsewhere` for what another region works on.
    """
    job = get_job(job_id)
    if job is None:
        raise NotNow
    _refuse_elsewhere(job)
    actions = (
        Job.state.set(CANCELLED),
        Job.fence.set(Job.fence + 1),
        Job.error.set(why),
        Job.lease_until.remove(),
        Job.expires_at.set(now() + KEPT),
        Job.updated_at.set(now()),
    )
    stopped = Change(Job(job_id), actions, Job.state.is_in(WAITING, RUNNING) & ours())
    try:
        write_together(stopped, *follow(job.kind, job.subject, CANCELLED, why))
    except Refused as error:
        raise NotNow from error


def ring() -> None:
    """Tell a worker. With Redis away nothing is lost: workers look for themselves."""
    try:
        shop().queue.ring()
    except QueueAway as error:
        log.warning("nobody was told of new work, the queue is away: %s", error)


def bell_rings() -> bool:
    """Whether workers can be told of work. If not, they find it all the same, a little later."""
    try:
        shop().queue.ping()
    except QueueAway:
        return False
    return True


def _refuse_elsewhere(job: Job | None) -> None:
    if job is not None and job.working and not is_ours(job):
        raise Elsewhere(str(job.region))


def _put(wish: _Wish, condition: Condition, also: tuple[Change, ...]) -> Job:
    job_id, moment, turn = job_id_of(wish.kind, wish.subject), now(), _turn(wish.owner)
    urgency = PRIORITIES[wish.kind]
    described = (Job.kind.set(wish.kind), Job.subject.set(wish.subject))
    placed = (
        Job.owner.set(wish.owner),
        Job.region.set(here()),
        Job.details.set(dict(wish.details)),
        Job.priority.set(urgency),
        Job.turn.set(turn),
        Job.place.set(place(urgency, turn, moment)),
        Job.queued_at.set(moment),
        Job.not_before.set(moment + wish.wait),
        Job.created_at.set(Job.created_at | moment),
        Job.updated_at.set(moment),
    )
    write_together(Change(Job(job_id), (*described, *placed, *_afresh()), condition), *also)
    ring()
    made = get_job(job_id)
    assert made is not None, "a job that was just written"
    return made


def _afresh() -> tuple[Any, ...]:
    counted = (Job.attempts.set(0), Job.faults.set(0), Job.percent.set(0))
    said = (Job.worker.set(""), Job.stage.set(""), Job.error.set(""), Job.reason.set(""))
    gone = (Job.lease_until.remove(), Job.expires_at.remove())
    return (Job.state.set(WAITING), Job.fence.set((Job.fence | 0) + 1), *counted, *said, *gone)


def place(priority: int, turn: int, moment: datetime) -> str:
    """Sorts by priority, then by turn, then by age."""
    return f"{priority:02d}.{turn:06d}.{moment.isoformat()}"


def _turn(owner: str) -> int:
    """How many of the owner's jobs stand before a new one, so that nobody's hundred hide another's one."""
    newest = next(iter(Job.by_owner.query(owner, scan_index_forward=False, limit=1)), None)
    return min(int(newest.turn) + 1, LAST_TURN) if newest is not None and newest.state == WAITING else 0
