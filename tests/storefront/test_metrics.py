"""What the shop measures of itself, as CloudWatch reads it from the log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from storefront import metrics
from storefront.assets import jobs
from storefront.assets.models import Job
from storefront.stores.dynamo import now
from storefront.upkeep import measure_renders, measure_sales
from storefront.web.context import attach, shop


def test_a_line_names_its_metrics_and_their_values() -> None:
    line = json.loads(metrics.as_embedded("shop-prod", {metrics.JOBS_WAITING: 3}))
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert (told["Namespace"], told["Dimensions"]) == (metrics.NAMESPACE, [[metrics.DIMENSION]])
    assert told["Metrics"] == [{"Name": "JobsWaiting", "Unit": "Count"}]
    assert (line["JobsWaiting"], line[metrics.DIMENSION]) == (3, "shop-prod")


def test_telling_is_one_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.tell("shop-prod", {metrics.OLDEST_JOB: 1.5, metrics.JOBS_WAITING: 1})
    assert capsys.readouterr().out.count("\n") == 1


def test_what_waits_is_counted_and_the_oldest_of_it_timed(app: Flask) -> None:
    for subject in ("first", "second"):
        jobs.request("clean-up", subject, {"title": subject})
    Job("clean-up:first").update(actions=[Job.queued_at.set(now() - timedelta(minutes=2))])
    figures = measure_renders()
    assert figures[metrics.JOBS_WAITING] == 2
    assert 120 <= figures[metrics.OLDEST_JOB] < 180


def test_what_waits_in_another_region_is_not_ours(app: Flask) -> None:
    jobs.request("clean-up", "there", {"title": "there"})
    attach(app, replace(shop(), settings=replace(shop().settings, dynamodb_region="eu-west-1")))
    assert measure_renders() == {metrics.JOBS_WAITING: 0, metrics.OLDEST_JOB: 0.0}


def test_a_quiet_shop_has_nothing_loose(app: Flask) -> None:
    assert set(measure_sales().values()) == {0}


def test_every_metric_is_measured(app: Flask) -> None:
    assert {*measure_renders(), *measure_sales()} == set(metrics.METRICS)
