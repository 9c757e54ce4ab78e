"""A job has one home. Another region, which sees the same records, leaves it alone."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from renderd.cli import main
from storefront.assets import jobs, operations
from storefront.assets.cleanup import clean_up
from storefront.assets.models import CANCELLED, FAILED, QUEUED, RUNNING, UPLOADING, Asset, Job, change_job
from storefront.catalog.operations import create_product
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import now
from storefront.web import context
from storefront.web.context import shop

HOME, AWAY = "us-east-1", "eu-central-1"
DAYS = timedelta(days=2)


@pytest.fixture
def away(app: Flask, settings: Settings) -> Flask:
    """The same shop in another region, whose replicas of the tables are as new as ours."""
    elsewhere = Flask("elsewhere")
    context.attach(elsewhere, replace(shop(), settings=replace(settings, dynamodb_region=AWAY)))
    return elsewhere


@pytest.fixture
def upload(app: Flask, registry: Registry) -> Asset:
    """A model that waits to be rendered at home."""
    kind = next(iter(registry.types))
    product = create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )
    return operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))


def job_of(asset: Asset) -> Job:
    job = operations.job_of(asset)
    assert job
    return job


def claimed() -> jobs.Claim:
    claim = jobs.claim_next("here")
    assert claim
    return claim


def moved(asset: Asset, region: str | None) -> None:
    """What a replica brings that another region wrote later."""
    home = Job.region.remove() if region is None else Job.region.set(region)
    assert change_job(job_of(asset).job_id, Job.job_id.exists(), home)


def test_records_name_the_region_where_they_were_asked_for(upload: Asset) -> None:
    assert (upload.region, job_of(upload).region) == (HOME, HOME)


def test_only_the_home_region_claims(upload: Asset, away: Flask) -> None:
    with away.app_context():
        assert jobs.claim_next("there") is None
        assert jobs.claim(job_of(upload).job_id, "there") is None
    assert claimed().subject == upload.asset_id


def test_a_lapsed_lease_is_the_home_region_s_to_find(upload: Asset, away: Flask) -> None:
    claim = claimed()
    gone = (Job.lease_until.set(now() - DAYS), Job.attempts.set(jobs.MAX_ATTEMPTS))
    assert change_job(claim.job_id, Job.state == RUNNING, *gone)
    with away.app_context():
        assert jobs.sweep(shop().queue) == 0
        assert job_of(upload).state == RUNNING
    jobs.sweep(shop().queue)
    assert job_of(upload).state == FAILED


def test_asking_from_elsewhere_leaves_the_job_where_it_is(app: Flask, away: Flask) -> None:
    jobs.request("turntable", "renditions/x/")
    with away.app_context():
        assert jobs.request("turntable", "renditions/x/").region == HOME
        assert jobs.request("turntable", "renditions/y/").region == AWAY


def test_a_job_under_way_is_not_cancelled_from_elsewhere(upload: Asset, away: Flask) -> None:
    with away.app_context(), pytest.raises(jobs.Elsewhere, match=HOME):
        operations.cancel(upload.asset_id)
    assert job_of(upload).state != CANCELLED


def test_a_job_under_way_is_not_begun_anew_elsewhere(upload: Asset, away: Flask) -> None:
    with away.app_context(), pytest.raises(jobs.Elsewhere):
        operations.render_again(upload.asset_id)
    assert claimed().subject == upload.asset_id


def test_what_is_over_may_be_tried_again_elsewhere(upload: Asset, away: Flask) -> None:
    jobs.fail(claimed(), "No.")
    with away.app_context():
        assert jobs.retry(job_of(upload).job_id).region == AWAY
        assert claimed().subject == upload.asset_id


def test_where_two_regions_began_the_same_the_loser_stops(upload: Asset) -> None:
    claim = claimed()
    moved(upload, AWAY)
    with pytest.raises(jobs.LeaseLost):
        jobs.watch(claim)
    with pytest.raises(jobs.LeaseLost):
        jobs.renew(claim, "poster", 50)
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(claim)


def test_a_heartbeat_needs_no_application(upload: Asset) -> None:
    claim = claimed()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(jobs.watch, claim).result()
        thread.submit(jobs.renew, claim, "poster", 50).result()
    assert job_of(upload).percent == 50


def test_a_record_of_before_there_were_regions_is_done_here(upload: Asset) -> None:
    moved(upload, None)
    assert claimed().subject == upload.asset_id
    assert job_of(upload).region == HOME


def test_each_region_cleans_up_once_a_day(app: Flask, away: Flask) -> None:
    jobs.daily()
    with away.app_context():
        jobs.daily()
        assert claimed().kind == "clean-up"
    assert claimed().kind == "clean-up"


def test_uploads_of_another_region_are_not_ended(upload: Asset, away: Flask) -> None:
    old = (Asset.state.set(UPLOADING), Asset.updated_at.set(now() - DAYS))
    upload.update(actions=[*old])
    with away.app_context():
        clean_up(())
        assert operations.find(upload.asset_id).state == UPLOADING
    clean_up(())
    assert operations.find(upload.asset_id).state == FAILED


def test_what_waits_elsewhere_without_a_job_is_not_taken_on(upload: Asset, away: Flask) -> None:
    job_of(upload).delete()
    with away.app_context():
        assert jobs.adopt() == 0
    assert jobs.adopt() == 1


def test_an_operator_takes_over_what_a_lost_region_had_under_way(upload: Asset, away: Flask) -> None:
    lost = claimed()
    with away.app_context():
        assert jobs.adopt_region(HOME) == (1, 1)
        assert claimed().subject == upload.asset_id
    found = operations.find(upload.asset_id)
    assert (found.region, found.state) == (AWAY, QUEUED)
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(lost)


@pytest.fixture
def command_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this test in the environment, where commands look for them."""
    for name, value in to_environ(settings).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("command_line")
def test_the_command_line_takes_over_a_region(upload: Asset, capsys: pytest.CaptureFixture[str]) -> None:
    upload.update(actions=[Asset.region.set(AWAY)])
    moved(upload, AWAY)
    assert (main(["adopt-region", AWAY]), capsys.readouterr().out) == (0, "jobs: 1\nuploads: 1\n")


@pytest.mark.usefixtures("command_line")
def test_a_region_is_not_lost_to_itself(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["adopt-region", HOME]), capsys.readouterr().err.count("\n")) == (2, 1)
