"""Which job comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from storefront.assets.jobs.home import ours
from storefront.assets.jobs.protocol import MAX_ATTEMPTS, Claim, claim
from storefront.assets.jobs.requests import PRIORITIES
from storefront.assets.models import RUNNING, WAITING, Job, JobOwner
from storefront.stores.dynamo import now

WINDOW, FIRST = 100, 10
"""So many of the waiting jobs are compared; of kinds behind them, so many of each. Their order in the
index mixes owners already.
"""

STEP, AGING = 10, timedelta(minutes=30)
"""By how much a job becomes more urgent each time that it has waited so long, so that none waits for ever
behind kinds that always have work.
"""

_NEVER = datetime.min.replace(tzinfo=UTC)


def claim_next(worker: str) -> Claim | None:
    """Take the job whose turn it is; None if there is nothing to do."""
    for job in candidates():
        if held := claim(job.job_id, worker):
            return held
    return None


def candidates() -> list[Job]:
    """What may be begun now, the best first.

    The most urgent kind comes first, and with it what waited long; then the owner of whom the fewest
    jobs run, then the owner who was served the longest ago, then the oldest job.
    """
    moment = now()
    running = list(Job.by_state.query(RUNNING, filter_condition=ours()))
    free = [*due(moment), *lapsed(running, moment)]
    busy = Counter(job.owner for job in running if job.lease_until and job.lease_until >= moment)
    served = _served({job.owner for job in free}) if len(free) > 1 else {}
    return sorted(
        free,
        key=lambda job: (urgency(job, moment), busy[job.owner], served.get(job.owner, _NEVER), job.place),
    )


def before(job: Job, most: int = WINDOW) -> int:
    """How many waiting jobs stand before this one in the index, ``most`` at most: about its place in line."""
    ahead = Job.by_state.count(WAITING, Job.place < job.place, filter_condition=ours(), limit=most)
    return min(int(ahead), most)


def urgency(job: Job, moment: datetime) -> int:
    """The job's priority after its wait; as low as that of the most urgent kind, not lower."""
    aged = int(job.priority) - STEP * ((moment - job.queued_at) // AGING)
    return max(aged, min(int(job.priority), *PRIORITIES.values()))


def due(moment: datetime, most: int = WINDOW) -> list[Job]:
    """The jobs that wait and may begin at this moment."""
    found = _ripe(moment, most)
    if len(found) == most:
        behind = [urgency for urgency in PRIORITIES.values() if urgency > found[-1].priority]
        found += [job for urgency in behind for job in _ripe(moment, FIRST, urgency)]
    return found


def _ripe(moment: datetime, most: int, priority: int | None = None) -> list[Job]:
    ripe = Job.not_before.does_not_exist() | (Job.not_before <= moment)
    own = None if priority is None else Job.place.startswith(f"{priority:02d}.")
    return list(Job.by_state.query(WAITING, own, filter_condition=ripe & ours(), limit=most))


def lapsed(running: list[Job], moment: datetime) -> list[Job]:
    """Of those that run, the ones whose worker is gone and that weren't tried too often."""
    return [
        job for job in running if job.lease_until and job.lease_until < moment and job.attempts < MAX_ATTEMPTS
    ]


def _served(owners: set[str]) -> Mapping[str, datetime]:
    return {known.owner: known.served_at for known in JobOwner.batch_get(list(owners))}
