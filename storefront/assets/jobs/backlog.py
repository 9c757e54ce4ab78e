"""How much waits for the renderers of this region: what their number follows."""

from __future__ import annotations

from storefront.assets.jobs.home import ours
from storefront.assets.models import WAITING, Job
from storefront.stores.dynamo import now

MOST = 1000
"""So many jobs are looked at. Beyond, more workers are wanted whatever the figure is."""


def backlog() -> tuple[int, float]:
    """How many jobs could begin now, 1000 at most, and for how many seconds the oldest of them waits."""
    moment = now()
    ripe = Job.not_before.does_not_exist() | (Job.not_before <= moment)
    since = [job.queued_at for job in Job.by_state.query(WAITING, filter_condition=ripe & ours(), limit=MOST)]
    return len(since), (moment - min(since)).total_seconds() if since else 0.0
