"""The job protocol: one holder at a time, nothing lost, nothing done by somebody who lost the lease."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from storefront.assets import jobs, operations
from storefront.assets.models import FAILED, QUEUED, READY, RUNNING, UPLOADING, Asset, change
from storefront.catalog.models import Product
from storefront.catalog.operations import create_product
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.dynamo import now
from storefront.stores.queue import Queue
from storefront.web.context import shop

AGO = timedelta(seconds=1)


@pytest.fixture
def product(app: Flask, registry: Registry) -> Product:
    """A draft without a model."""
    kind = next(iter(registry.types))
    return create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )


@pytest.fixture
def queued(product: Product) -> Asset:
    """An upload that waits for a worker."""
    return operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))


def waiting() -> int:
    return int(shop().queue.connection.llen("rq:queue:renders"))


def lapse(asset_id: str) -> None:
    change(asset_id, Asset.state == RUNNING, Asset.lease_until.set(now() - AGO))


def held(asset_id: str, worker: str = "one") -> jobs.Claim:
    claim = jobs.claim(asset_id, worker)
    assert claim
    return claim


def test_an_upload_rings_once(queued: Asset) -> None:
    assert (queued.state, waiting()) == (QUEUED, 1)


def test_of_eight_workers_one_gets_the_job(app: Flask, queued: Asset) -> None:
    def attempt(number: int) -> jobs.Claim | None:
        with app.app_context():
            return jobs.claim(queued.asset_id, f"worker{number}")

    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(attempt, range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_an_asset_that_nobody_knows_is_not_claimed(app: Flask) -> None:
    assert jobs.claim("nothing", "one") is None


def test_a_lapsed_lease_is_taken_over(queued: Asset) -> None:
    held(queued.asset_id)
    lapse(queued.asset_id)
    assert held(queued.asset_id, "two").fence == 2


def test_who_lost_the_lease_can_not_complete(queued: Asset) -> None:
    first = held(queued.asset_id)
    lapse(queued.asset_id)
    held(queued.asset_id, "two")
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(first, "renditions/x/", "0" * 64)


def test_who_lost_the_lease_can_not_fail_it_either(queued: Asset) -> None:
    first = held(queued.asset_id)
    lapse(queued.asset_id)
    held(queued.asset_id, "two")
    with pytest.raises(jobs.LeaseLost):
        jobs.fail(first, "no", retry=False)


def test_renewing_keeps_the_lease_and_tells_the_progress(queued: Asset) -> None:
    claim = held(queued.asset_id)
    lapse(queued.asset_id)
    jobs.renew(claim, "poster", 60)
    assert jobs.claim(queued.asset_id, "two") is None
    asset = operations.find(queued.asset_id)
    assert (asset.stage, asset.percent) == ("poster", 60)


def test_a_finished_job_is_not_claimed_again(queued: Asset) -> None:
    jobs.complete(held(queued.asset_id), "renditions/x/", "0" * 64)
    assert jobs.claim(queued.asset_id, "two") is None
    assert operations.find(queued.asset_id).state == READY


def test_a_bad_model_fails_for_good_with_its_sentence(queued: Asset) -> None:
    jobs.fail(held(queued.asset_id), "This is no model.", retry=False)
    asset = operations.find(queued.asset_id)
    assert (asset.state, asset.error) == (FAILED, "This is no model.")


def test_a_fault_of_ours_is_tried_again_later(queued: Asset) -> None:
    jobs.fail(held(queued.asset_id), "disk full", retry=True)
    assert jobs.claim(queued.asset_id, "two") is None
    change(queued.asset_id, Asset.state == QUEUED, Asset.not_before.set(now() - AGO))
    assert held(queued.asset_id, "two").attempts == 2


def test_after_three_faults_the_job_is_given_up(queued: Asset) -> None:
    for _ in range(jobs.MAX_ATTEMPTS):
        change(queued.asset_id, Asset.state == QUEUED, Asset.not_before.remove())
        jobs.fail(held(queued.asset_id), "disk full", retry=True)
    asset = operations.find(queued.asset_id)
    assert (asset.state, asset.error) == (FAILED, jobs.GIVEN_UP)


def test_the_sweeper_rings_for_what_redis_forgot(queued: Asset) -> None:
    shop().queue.connection.flushdb()
    assert jobs.sweep(shop().queue) == 1
    assert waiting() == 1


def test_the_sweeper_does_not_ring_twice_for_what_waits(queued: Asset) -> None:
    jobs.sweep(shop().queue)
    assert waiting() == 1


def test_the_sweeper_rings_for_a_lapsed_lease(queued: Asset) -> None:
    held(queued.asset_id)
    lapse(queued.asset_id)
    jobs.sweep(shop().queue)
    assert waiting() == 2


def test_the_sweeper_leaves_a_job_alone_that_is_worked_on(queued: Asset) -> None:
    held(queued.asset_id)
    assert jobs.sweep(shop().queue) == 0


def test_the_sweeper_gives_up_what_killed_three_workers(queued: Asset) -> None:
    for number in range(jobs.MAX_ATTEMPTS):
        held(queued.asset_id, f"worker{number}")
        lapse(queued.asset_id)
    jobs.sweep(shop().queue)
    assert operations.find(queued.asset_id).state == FAILED


def test_the_sweeper_ends_uploads_that_nobody_finished(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 10)
    long_ago = now() - jobs.FORGOTTEN - AGO
    Asset(asset.asset_id).update(actions=[Asset.updated_at.set(long_ago)])
    jobs.sweep(shop().queue)
    assert operations.find(asset.asset_id).state == FAILED


def test_a_job_given_back_is_free_at_once(queued: Asset) -> None:
    held(queued.asset_id, "one")
    jobs.give_back(queued.asset_id, "one", shop().queue)
    assert held(queued.asset_id, "two").fence == 2


def test_only_the_holder_gives_a_job_back(queued: Asset) -> None:
    held(queued.asset_id, "one")
    jobs.give_back(queued.asset_id, "two", shop().queue)
    assert operations.find(queued.asset_id).state == RUNNING


def test_an_upload_waits_while_redis_is_away(product: Product, settings: Settings) -> None:
    asset = operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))
    away = Queue(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    operations.ring(asset, away)
    assert operations.find(asset.asset_id).state == QUEUED


def test_finishing_twice_queues_once(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 7)
    shop().objects.put_stream(asset.source_key, io.BytesIO(b"a model"), operations.CONTENT_TYPE)
    operations.finish_upload(asset.asset_id)
    operations.finish_upload(asset.asset_id)
    assert waiting() == 1


def test_an_upload_that_is_cut_short_is_refused_and_removed(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 100)
    shop().objects.put_stream(asset.source_key, io.BytesIO(b"half"), operations.CONTENT_TYPE)
    with pytest.raises(operations.UploadRefused, match="4 of 100 bytes"):
        operations.finish_upload(asset.asset_id)
    assert shop().objects.head(asset.source_key) is None


def test_an_upload_that_never_arrived_can_still_come(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 100)
    with pytest.raises(operations.UploadRefused, match="didn't arrive"):
        operations.finish_upload(asset.asset_id)
    assert operations.find(asset.asset_id).state == UPLOADING


@pytest.mark.parametrize(("name", "size"), [("virus.exe", 10), ("model.glb", 0), ("model.glb", 1 << 40)])
def test_a_file_that_the_shop_does_not_take_is_refused(product: Product, name: str, size: int) -> None:
    with pytest.raises(operations.UploadRefused):
        operations.begin_upload(product, name, size)


def test_nothing_is_published_before_it_is_ready(queued: Asset) -> None:
    with pytest.raises(operations.NotReady):
        operations.ready(queued.asset_id)
