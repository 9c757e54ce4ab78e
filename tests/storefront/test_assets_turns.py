"""Whose turn it is, and that nothing which waits is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from storefront.assets import jobs
from storefront.assets.models import FAILED, QUEUED, RUNNING, Asset, Job, change_job
from storefront.settings import Settings
from storefront.stores.dynamo import now
from storefront.stores.queue import Listener, Queue, QueueAway
from storefront.web.context import shop

AGO = timedelta(seconds=1)


def ask(*subjects: str, owner: str = "shop", kind: str = "model") -> None:
    for subject in subjects:
        jobs.request(kind, subject, owner=owner)


def served(count: int, worker: str = "one") -> list[str]:
    """The subjects of the next claims, each ended before the next begins."""
    found = []
    for _ in range(count):
        claim = jobs.claim_next(worker)
        assert claim
        jobs.complete(claim)
        found.append(claim.subject)
    return found


def lapsed(subject: str, attempts: int = 1) -> None:
    gone = (Job.lease_until.set(now() - AGO), Job.attempts.set(attempts))
    assert change_job(f"model:{subject}", Job.state == RUNNING, *gone)


def aged(job_id: str) -> None:
    long_ago = Job.queued_at.set(now() - timedelta(hours=2))
    assert change_job(job_id, Job.job_id.exists(), long_ago)


def rings() -> int:
    return int(shop().queue.connection.llen("rq:queue:renders"))


def test_nothing_to_do_is_no_claim(app: Flask) -> None:
    assert jobs.claim_next("one") is None


def test_the_oldest_comes_first(app: Flask) -> None:
    ask("a", "b", "c")
    assert served(3) == ["a", "b", "c"]


def test_what_somebody_waits_for_comes_before_models_and_turntables(app: Flask) -> None:
    ask("a")
    ask("t", kind="turntable")
    ask("c", kind="configuration", owner="shopper")
    assert served(3) == ["c", "a", "t"]


def test_a_job_that_shall_wait_is_not_begun(app: Flask) -> None:
    jobs.request("turntable", "later", wait=timedelta(minutes=1))
    assert jobs.claim_next("one") is None
    jobs.request("turntable", "now")
    assert served(1) == ["now"]


def test_owners_take_turns(app: Flask) -> None:
    ask("a1", "a2", "a3", owner="ann")
    ask("b1", "b2", owner="ben")
    assert served(5) == ["a1", "b1", "a2", "b2", "a3"]


def test_who_has_fewer_running_jobs_comes_first(app: Flask) -> None:
    ask("a1", "a2", owner="ann")
    assert served(1) == ["a1"]
    ask("b1", "b2", owner="ben")
    assert jobs.claim_next("one")
    assert {claim.owner for _ in range(1) if (claim := jobs.claim_next("two"))} == {"ann"}


def test_a_hundred_jobs_of_one_owner_do_not_hide_another_s(app: Flask) -> None:
    ask(*(f"a{number}" for number in range(102)), owner="ann")
    assert served(1) == ["a0"]
    ask("b", owner="ben")
    assert served(1) == ["b"]


def test_what_waited_long_is_as_urgent_as_the_most_urgent(app: Flask) -> None:
    ask("c1", "c2", kind="configuration", owner="shoppers")
    assert served(1) == ["c1"]
    ask("a", owner="ann")
    aged("model:a")
    assert served(2) == ["a", "c2"]


def test_urgent_work_without_end_does_not_hide_what_waited_long(app: Flask) -> None:
    ask("t", kind="turntable", owner="ann")
    aged("turntable:t")
    ask(*(f"a{number}" for number in range(102)), owner="ben")
    assert served(1) == ["t"]


def test_a_lapsed_lease_is_found_without_a_ring(app: Flask) -> None:
    ask("a")
    assert jobs.claim_next("one")
    assert jobs.claim_next("two") is None
    lapsed("a")
    again = jobs.claim_next("two")
    assert again
    assert (again.subject, again.attempts) == ("a", 2)


def test_the_sweeper_rings_for_what_redis_forgot(app: Flask) -> None:
    ask("a")
    shop().queue.connection.flushdb()
    assert (jobs.sweep(shop().queue), rings()) == (1, 1)


def test_the_sweeper_does_not_ring_twice_for_what_waits(app: Flask) -> None:
    ask("a", "b")
    jobs.sweep(shop().queue)
    assert rings() == 2


def test_the_sweeper_leaves_a_job_alone_that_is_worked_on(app: Flask) -> None:
    ask("a")
    assert jobs.claim_next("one")
    assert jobs.sweep(shop().queue) == 0


def test_the_sweeper_puts_away_what_killed_five_workers(app: Flask) -> None:
    ask("a", kind="model")
    Asset("a", **asset_fields()).save()
    assert jobs.claim_next("one")
    lapsed("a", jobs.MAX_ATTEMPTS)
    assert jobs.sweep(shop().queue) == 0
    job = jobs.find_job("model", "a")
    assert job
    assert (job.state, Asset.get("a").state) == (FAILED, FAILED)


def test_a_bell_that_nobody_hears_loses_nothing(app: Flask, settings: Settings) -> None:
    away = Queue(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    ask("a")
    assert jobs.sweep(away) == 1
    with pytest.raises(QueueAway):
        away.ring()
    assert served(1) == ["a"]


def test_a_ring_is_heard_once_and_leaves_nothing_behind(app: Flask, settings: Settings) -> None:
    ask("a")
    listener = Listener(settings, 1)
    assert [listener.wait(), listener.wait()] == [True, False]
    left = shop().queue.connection.keys("rq:*")
    assert [key for key in left if b"job" in key or b"intermediate" in key] == []


def test_assets_that_an_older_version_left_waiting_are_taken_on(app: Flask) -> None:
    Asset("a", **asset_fields(), state=RUNNING).save()
    assert (jobs.adopt(), jobs.adopt()) == (1, 0)
    job = jobs.find_job("model", "a")
    assert job
    assert (job.details["title"], job.owner) == (Asset.get("a").filename, "shop")
    assert (Asset.get("a").state, served(1)) == (QUEUED, ["a"])


def test_the_clean_up_is_asked_for_once_a_day(app: Flask) -> None:
    jobs.daily()
    jobs.daily()
    claim = jobs.claim_next("one")
    assert claim
    assert (claim.kind, jobs.claim_next("two")) == ("clean-up", None)


def asset_fields() -> dict[str, object]:
    named = dict.fromkeys(("product_slug", "product_type", "category", "source_key"), "thing")
    return {**named, "filename": "a.glb", "source_bytes": 1, "created_at": now(), "updated_at": now()}
