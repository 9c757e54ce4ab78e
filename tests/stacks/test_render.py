"""Render workers: how many there are, what they are, and how they go."""

from __future__ import annotations

import pytest

from storefront import metrics
from tests.stacks.built import resources, template
from troposphere_stacks.deployment import ENVIRONMENTS
from troposphere_stacks.stacks import render

MADE = resources(render.STACK)


def test_their_number_follows_what_waits_for_each() -> None:
    tracking = MADE["ByBacklog"]["TargetTrackingConfiguration"]["CustomizedMetricSpecification"]["Metrics"]
    waiting = next(each["MetricStat"] for each in tracking if each["Id"] == "waiting")
    assert waiting["Metric"]["MetricName"] == metrics.JOBS_WAITING.name
    assert waiting["Metric"]["Namespace"] == metrics.NAMESPACE
    assert waiting["Metric"]["Dimensions"] == [{"Name": metrics.DIMENSION, "Value": "storefront-prod"}]
    assert waiting["Stat"] == "Maximum"
    (told,) = [each["Expression"] for each in tracking if each.get("ReturnData") in (True, "true")]
    assert "waiting / machines" in told


def test_a_job_that_waits_for_minutes_brings_more_machines() -> None:
    assert MADE["LateRenders"]["AlarmActions"] == [{"Ref": "ByAge"}]
    assert MADE["LateRenders"]["MetricName"] == metrics.OLDEST_JOB.name


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_all_types_of_workers_have_the_images_processor(env: str) -> None:
    types = ENVIRONMENTS[env].render.types
    assert len(types) >= 4
    assert all(kind.split(".")[0].endswith(("i", "a")) for kind in types)
    assert template(render.STACK).statics["ImageId"].endswith("x86_64")


def test_every_type_is_the_operators_choice() -> None:
    overrides = MADE["Group"]["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]
    assert [each["InstanceType"] for each in overrides] == [
        {"Ref": f"InstanceType{number}"} for number in range(1, len(overrides) + 1)
    ]


def test_one_machine_is_never_spot_and_the_others_always() -> None:
    mixed = MADE["Group"]["MixedInstancesPolicy"]["InstancesDistribution"]
    assert (mixed["OnDemandBaseCapacity"], mixed["OnDemandPercentageAboveBaseCapacity"]) == (1, 0)


def test_a_machine_goes_when_its_workers_are_done() -> None:
    hooks = {each["LifecycleHookName"]: each for each in MADE["Group"]["LifecycleHookSpecificationList"]}
    assert hooks["Drained"]["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    assert hooks["Drained"]["HeartbeatTimeout"] == 900
    assert hooks["Ready"]["DefaultResult"] == "ABANDON"
