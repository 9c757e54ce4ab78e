"""A lease lives as long as its work, and tells the work when it must end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from renderd import lease as leases
from renderd.lease import Lease, Stopping
from storefront.assets import jobs
from storefront.assets.models import RUNNING, Job, change_job
from storefront.stores.dynamo import now


@pytest.fixture
def claim(app: Flask) -> jobs.Claim:
    """A job that is being worked on."""
    jobs.request("turntable", "renditions/x/")
    held = jobs.claim_next("one")
    assert held
    return held


def job_of(claim: jobs.Claim) -> Job:
    job = jobs.find_job(claim.kind, claim.subject)
    assert job
    return job


def raised(lease: Lease, seconds: float = 3.0) -> Exception | None:
    """What the lease tells its work within so many seconds."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        try:
            lease.check()
        except (jobs.LeaseLost, Stopping) as error:
            return error
        time.sleep(0.02)
    return None


def until(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def test_progress_reaches_the_record_and_renews_the_lease(claim: jobs.Claim) -> None:
    soon = now() + timedelta(seconds=3)
    change_job(claim.job_id, Job.state == RUNNING, Job.lease_until.set(soon))
    with Lease(claim) as lease:
        lease.part(0.5, 1.0)("poster", 0.5)
        until(lambda: job_of(claim).stage == "poster")
    job = job_of(claim)
    assert job.percent == 75
    assert job.lease_until
    assert job.lease_until > soon


def test_a_cancelled_job_tells_its_work_within_two_seconds(claim: jobs.Claim) -> None:
    with Lease(claim) as lease:
        jobs.cancel(claim.job_id)
        assert isinstance(raised(lease, 2.0), jobs.Cancelled)


def test_a_job_that_somebody_else_has_ends_here(claim: jobs.Claim) -> None:
    change_job(claim.job_id, Job.state == RUNNING, Job.lease_until.set(now() - timedelta(seconds=1)))
    assert jobs.claim(claim.job_id, "two")
    with Lease(claim) as lease:
        assert type(raised(lease)) is jobs.LeaseLost


def test_a_stop_ends_work_that_has_just_begun(claim: jobs.Claim) -> None:
    lease = Lease(claim)
    lease.progress("read", 0.1)
    lease.stop()
    with pytest.raises(Stopping):
        lease.check()


def test_a_stop_lets_work_finish_that_is_nearly_done(claim: jobs.Claim) -> None:
    lease = Lease(claim)
    time.sleep(0.05)
    lease.progress("poster", 0.9)
    lease.stop()
    lease.progress("poster", 0.95)


@pytest.mark.parametrize("share", [float("nan"), -1.0, 1e308])
def test_a_share_that_can_not_be_is_none(claim: jobs.Claim, share: float) -> None:
    with Lease(claim) as lease:
        lease.progress("read", share)
        until(lambda: job_of(claim).stage == "read")
    assert job_of(claim).percent == 0


def test_the_lease_outlives_a_few_lost_heartbeats() -> None:
    assert jobs.LEASE.total_seconds() > 3 * leases.RENEW_SECONDS
