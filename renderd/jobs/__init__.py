"""What a worker does, by kind of job. Any may run twice, in part or late: the fence makes it harmless."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from renderd import sandbox
from renderd.jobs import cleanup, configuration, model, turntable
from renderd.jobs.errors import Unusable
from renderd.jobs.words import plainly
from renderd.lease import Lease, Overdue, Stopping
from storefront.assets import jobs as records
from storefront.stores.dynamo import Change, Unavailable
from storefront.stores.objects import ObjectsAway

Handler = Callable[[Lease], tuple[Change, ...]]
"""Does the work of a lease's claim; what it returns is written in the moment in which the job is done.

It raises Unusable or ``sandbox.BadModel`` for what can't be done at all, with a sentence for the owner.
"""

HANDLERS: Mapping[str, Handler] = {
    "model": model.render,
    "turntable": turntable.turn,
    "configuration": configuration.picture,
    "clean-up": cleanup.clean_up,
}

log = logging.getLogger(__name__)


def work(lease: Lease) -> str:
    """Do the job of this lease. The outcome: done, failed, again, given back, lost,
    cancelled, or unsettled where DynamoDB can't be told."""
    try:
        outcome = _attempt(lease)
    except records.Cancelled:
        outcome = "cancelled"
    except records.LeaseLost:
        outcome = "lost"
    except Unavailable as error:
        # Nobody can be told how it ended: the lease lapses, and somebody does it again.
        log.error("job %s: %s", lease.claim.job_id, error)
        outcome = "unsettled"
    log.info("job %s: %s", lease.claim.job_id, outcome)
    return outcome


def _attempt(lease: Lease) -> str:
    held = lease.claim
    try:
        records.complete(held, *HANDLERS[held.kind](lease))
    except (Unusable, sandbox.BadModel) as error:
        records.fail(held, *plainly(str(error)))
        return "failed"
    except Stopping:
        records.give_back(held)
        return "given back"
    except (sandbox.Crashed, Overdue) as error:
        log.error("job %s, attempt %d: %s", held.job_id, held.attempts, error)
        records.crash(held, str(error))
        return "again"
    except (ObjectsAway, Unavailable, OSError) as error:
        log.error("job %s, fault %d: %s", held.job_id, held.faults + 1, error)
        records.fault(held, f"{type(error).__name__}: {error}")
        return "again"
    return "done"
