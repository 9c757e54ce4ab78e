"""The job protocol: one holder at a time, nothing lost, nothing done by somebody who lost the lease."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from storefront.assets import jobs, operations
from storefront.assets.models import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    READY,
    RUNNING,
    WAITING,
    Asset,
    Job,
    change_job,
)
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.registry import Registry
from storefront.stores.dynamo import Change, now
from storefront.web.context import shop

AGO = timedelta(seconds=1)


@pytest.fixture
def product(app: Flask, registry: Registry) -> Product:
    """A draft without a model."""
    kind = next(iter(registry.types))
    return catalog.create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )


@pytest.fixture
def queued(product: Product) -> Asset:
    """An upload that waits for a worker."""
    return operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))


def waiting() -> int:
    return int(shop().queue.connection.llen("rq:queue:renders"))


def job_of(asset: Asset) -> Job:
    job = operations.job_of(asset)
    assert job
    return job


def held(asset: Asset, worker: str = "one") -> jobs.Claim:
    claim = jobs.claim(job_of(asset).job_id, worker)
    assert claim
    return claim


def lapse(asset: Asset) -> None:
    assert change_job(job_of(asset).job_id, Job.state == RUNNING, Job.lease_until.set(now() - AGO))


def hasten(asset: Asset) -> None:
    assert change_job(job_of(asset).job_id, Job.state == WAITING, Job.not_before.remove())


def test_an_upload_asks_for_its_rendering_and_rings_once(queued: Asset) -> None:
    assert (queued.state, job_of(queued).state, waiting()) == (QUEUED, WAITING, 1)


def test_asking_twice_is_one_job(app: Flask) -> None:
    first = jobs.request("turntable", "renditions/x/", {"a": 1})
    again = jobs.request("turntable", "renditions/x/", {"a": 2})
    assert (again.job_id, again.details, waiting()) == (first.job_id, {"a": 1}, 1)


def test_of_eight_workers_one_gets_the_job(app: Flask, queued: Asset) -> None:
    def attempt(number: int) -> jobs.Claim | None:
        with app.app_context():
            return jobs.claim(f"model:{queued.asset_id}", f"worker{number}")

    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(attempt, range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_a_job_that_nobody_knows_is_not_claimed(app: Flask) -> None:
    assert jobs.claim("model:nothing", "one") is None


def test_a_lapsed_lease_is_taken_over(queued: Asset) -> None:
    first = held(queued)
    lapse(queued)
    assert held(queued, "two").fence == first.fence + 1


def test_who_lost_the_lease_can_not_complete(queued: Asset) -> None:
    first = held(queued)
    lapse(queued)
    held(queued, "two")
    ready = Change(Asset(queued.asset_id), (Asset.state.set(READY),), Asset.asset_id.exists())
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(first, ready)
    assert operations.find(queued.asset_id).state == QUEUED


def test_who_lost_the_lease_can_not_fail_it_either(queued: Asset) -> None:
    first = held(queued)
    lapse(queued)
    held(queued, "two")
    with pytest.raises(jobs.LeaseLost):
        jobs.fail(first, "no")
    assert operations.find(queued.asset_id).state == QUEUED


def test_who_lost_the_lease_sees_it(queued: Asset) -> None:
    first = held(queued)
    jobs.watch(first)
    lapse(queued)
    held(queued, "two")
    with pytest.raises(jobs.LeaseLost):
        jobs.watch(first)


def test_renewing_keeps_the_lease_and_tells_the_progress(queued: Asset) -> None:
    claim = held(queued)
    lapse(queued)
    jobs.renew(claim, "poster", 60)
    assert jobs.claim(claim.job_id, "two") is None
    assert (job_of(queued).stage, job_of(queued).percent) == ("poster", 60)


def test_what_goes_with_a_finished_job_is_written_with_it(queued: Asset, product: Product) -> None:
    published = catalog.publication("thing", queued.asset_id, "renditions/x/", {})
    jobs.complete(held(queued), published)
    assert (job_of(queued).state, catalog.find_product("thing").asset_id) == (DONE, queued.asset_id)


def test_without_what_goes_with_it_no_job_is_finished(queued: Asset) -> None:
    claim = held(queued)
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(claim, catalog.publication("no-such-thing", queued.asset_id, "renditions/x/", {}))
    assert job_of(queued).state == RUNNING


def test_publishing_raises_the_version_so_that_an_older_form_is_refused(product: Product) -> None:
    catalog.save_product(product, {"title": "Thing 2"})
    read = catalog.find_product("thing")
    catalog.publish_media("thing", "asset", "renditions/x/", {})
    with pytest.raises(catalog.Edited):
        catalog.save_product(read, {"title": "Thing 3"})


def test_a_finished_job_is_not_claimed_again(queued: Asset) -> None:
    claim = held(queued)
    jobs.complete(claim)
    assert jobs.claim(claim.job_id, "two") is None


def test_a_bad_model_fails_for_good_with_its_sentence(queued: Asset) -> None:
    jobs.fail(held(queued), "This is no model.")
    asset = operations.find(queued.asset_id)
    assert (asset.state, asset.error, job_of(asset).state) == (FAILED, "This is no model.", FAILED)


def test_a_crash_is_tried_again_after_a_while(queued: Asset) -> None:
    jobs.crash(held(queued), "signal 9")
    assert jobs.claim(job_of(queued).job_id, "two") is None
    hasten(queued)
    assert held(queued, "two").attempts == 2


def test_after_five_crashes_the_job_is_put_away_with_its_reason(queued: Asset) -> None:
    for _ in range(jobs.MAX_ATTEMPTS):
        jobs.crash(held(queued), "signal 9")
        if job_of(queued).working:
            hasten(queued)
    asset, job = operations.find(queued.asset_id), job_of(queued)
    assert (asset.state, job.state, job.reason) == (FAILED, FAILED, "signal 9")
    assert "five times" in asset.error


def test_a_fault_of_a_store_does_not_count_as_an_attempt(queued: Asset) -> None:
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        jobs.fault(held(queued), "S3 is away")
        hasten(queued)
    assert (job_of(queued).attempts, job_of(queued).faults) == (0, jobs.MAX_ATTEMPTS + 1)


def test_the_waits_between_tries_double_up_to_ten_minutes() -> None:
    waits = [jobs.back_off(tries) for tries in range(1, 20)]
    assert all(2.5 * 2**n <= wait <= 5 * 2**n for n, wait in enumerate(waits[:6]))
    assert max(waits) <= 600


def test_a_job_given_back_is_free_at_once_and_did_not_count(queued: Asset) -> None:
    jobs.give_back(held(queued, "one"))
    assert held(queued, "two").attempts == 1


def test_only_the_holder_gives_a_job_back(queued: Asset) -> None:
    first = held(queued, "one")
    lapse(queued)
    held(queued, "two")
    with pytest.raises(jobs.LeaseLost):
        jobs.give_back(first)


def test_a_cancelled_job_is_taken_from_its_worker(queued: Asset) -> None:
    claim = held(queued)
    operations.cancel(queued.asset_id)
    with pytest.raises(jobs.Cancelled):
        jobs.watch(claim)
    with pytest.raises(jobs.Cancelled):
        jobs.renew(claim, "poster", 60)
    assert operations.find(queued.asset_id).state == CANCELLED


def test_a_cancelled_job_is_forgotten_in_the_end(queued: Asset) -> None:
    operations.cancel(queued.asset_id)
    assert job_of(queued).expires_at > now() + timedelta(days=29)
    jobs.retry(job_of(queued).job_id)
    assert job_of(queued).expires_at is None


def test_what_is_over_can_not_be_cancelled(queued: Asset) -> None:
    jobs.fail(held(queued), "This is no model.")
    with pytest.raises(jobs.NotNow):
        operations.cancel(queued.asset_id)


def test_a_cancelled_job_can_be_tried_again(queued: Asset) -> None:
    operations.cancel(queued.asset_id)
    jobs.retry(job_of(queued).job_id)
    assert operations.find(queued.asset_id).state == QUEUED
    assert held(queued).attempts == 1


def test_what_goes_on_can_not_be_tried_again(queued: Asset) -> None:
    with pytest.raises(jobs.NotNow):
        jobs.retry(job_of(queued).job_id)


def test_other_answers_take_the_job_from_who_works_with_the_old_ones(queued: Asset) -> None:
    claim = held(queued)
    operations.render_again(queued.asset_id, "mm", "z")
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(claim)
    asset = operations.find(queued.asset_id)
    assert (asset.unit, asset.up, asset.state, job_of(asset).state) == ("mm", "z", QUEUED, WAITING)
