"""Work for the renderers: asked for once, done at least once, in effect once (docs/decisions/0007).

The :class:`~storefront.assets.models.Job` record decides. Redis may ring twice, late or never, and
workers may die at any point: only the holder of the newest fence writes, and a lapsed lease frees a job.
"""

from storefront.assets.jobs.backlog import backlog
from storefront.assets.jobs.choosing import WINDOW, before, claim_next
from storefront.assets.jobs.home import Elsewhere, adopt_region, is_ours
from storefront.assets.jobs.protocol import (
    LEASE,
    MAX_ATTEMPTS,
    MAX_FAULTS,
    Cancelled,
    Claim,
    LeaseLost,
    back_off,
    claim,
    complete,
    crash,
    fail,
    fault,
    give_back,
    renew,
    watch,
)
from storefront.assets.jobs.requests import (
    PRIORITIES,
    NotNow,
    bell_rings,
    cancel,
    find_job,
    find_jobs,
    job_id_of,
    request,
    restart,
    retry,
    ring,
)
from storefront.assets.jobs.sweeping import adopt, daily, sweep

__all__ = [
    "LEASE",
    "MAX_ATTEMPTS",
    "MAX_FAULTS",
    "PRIORITIES",
    "WINDOW",
    "Cancelled",
    "Claim",
    "Elsewhere",
    "LeaseLost",
    "NotNow",
    "adopt",
    "adopt_region",
    "back_off",
    "backlog",
    "before",
    "bell_rings",
    "cancel",
    "claim",
    "claim_next",
    "complete",
    "crash",
    "daily",
    "fail",
    "fault",
    "find_job",
    "find_jobs",
    "give_back",
    "is_ours",
    "job_id_of",
    "renew",
    "request",
    "restart",
    "retry",
    "ring",
    "sweep",
    "watch",
]
