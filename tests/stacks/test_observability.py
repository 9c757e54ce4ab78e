"""Alarms and dashboards: what each watches is there, in the same region, and tells somebody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from storefront import metrics
from tests.stacks.built import REGIONS, resources, template
from tests.stacks.sets import built
from tests.stacks.sets import resources as of_kind
from troposphere_stacks.deployment import ENVIRONMENTS, deployment
from troposphere_stacks.manifest import resolve
from troposphere_stacks.stack import Stack
from troposphere_stacks.stacks import STACKS, edge, observability, storage
from troposphere_stacks.stacks.observability import functions

BOTH = (observability.STACK, observability.GLOBAL)

COUNTED = {
    "AWS/ApplicationELB": {
        "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "HealthyHostCount", "RejectedConnectionCount",
        "RequestCount", "TargetResponseTime",
    },
    "AWS/CertificateManager": {"DaysToExpiry"},
    "AWS/CloudFront": {"5xxErrorRate", "CacheHitRate", "OriginLatency"},
    "AWS/DynamoDB": {"ReadThrottleEvents", "ReplicationLatency", "WriteThrottleEvents"},
    "AWS/ElastiCache": {"DatabaseMemoryUsagePercentage", "EngineCPUUtilization"},
    "AWS/Lambda": {"Errors", "IteratorAge", "Throttles"},
    "AWS/RDS": {
        "ACUUtilization", "AuroraGlobalDBReplicationLag", "AuroraReplicaLagMaximum", "CPUUtilization",
        "Deadlocks",
    },
    "AWS/Route53": {"HealthCheckStatus"},
    "AWS/S3": {"ReplicationLatency"},
    "AWS/SES": {"Reputation.BounceRate"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
    "AWS/WAFV2": {"BlockedRequests"},
    metrics.NAMESPACE: {metric.name for metric in metrics.METRICS},
}  # fmt: skip
"""What AWS's documentation of each service, and the shop's own module, say that there is."""


def alarms(stack: Stack, env: str = "prod", regions: int = 2, at: int = 0) -> dict[str, dict[str, Any]]:
    found = template(stack, env, regions, at).to_dict()["Resources"]
    return {
        name: each["Properties"] for name, each in found.items() if each["Type"] == "AWS::CloudWatch::Alarm"
    }


def watched(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics of an alarm, each with its dimensions."""
    queries = alarm.get("Metrics", [{"MetricStat": {"Metric": alarm}}])
    return [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query]


def shown(stack: Stack, at: int = 0) -> str:
    body = resources(stack, at=at)["Dashboard"]["DashboardBody"]["Fn::Sub"]
    return str(body if isinstance(body, str) else body[0])


@pytest.mark.parametrize("stack", BOTH)
@pytest.mark.parametrize("env", ["prod", "dev"])
def test_every_alarm_watches_a_metric_that_there_is(stack: Stack, env: str) -> None:
    for name, alarm in alarms(stack, env).items():
        for metric in watched(alarm):
            assert metric["MetricName"] in COUNTED[metric["Namespace"]], name


@pytest.mark.parametrize("stack", BOTH)
def test_every_alarm_tells_its_regions_topic_when_it_starts_and_when_it_ends(stack: Stack) -> None:
    assert template(stack).needs["AlertTopicArn"] == "foundation.AlertTopicArn"
    for alarm in alarms(stack).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertTopicArn"}]


@pytest.mark.parametrize("stack", BOTH)
def test_every_alarm_says_what_it_is_about_in_words(stack: Stack) -> None:
    for alarm in alarms(stack).values():
        assert len(alarm["AlarmDescription"].split()) > 6


@pytest.mark.parametrize("stack", BOTH)
def test_every_alarm_can_ring(stack: Stack) -> None:
    for alarm in alarms(stack).values():
        assert 1 <= alarm["DatapointsToAlarm"] <= alarm["EvaluationPeriods"]
        assert len(watched(alarm)) <= 10


@pytest.mark.parametrize("stack", BOTH)
def test_the_dashboard_has_a_graph_for_each_alarm_with_its_line_in_it(stack: Stack) -> None:
    graphs = {
        widget["properties"]["title"]: widget["properties"]["annotations"]["horizontal"][0]["value"]
        for widget in json.loads(shown(stack))["widgets"]
        if widget["type"] == "metric"
    }
    assert {name: alarm["Threshold"] for name, alarm in alarms(stack).items()}.items() <= graphs.items()


@pytest.mark.parametrize("stack", BOTH)
def test_no_graphs_of_the_dashboard_lie_on_one_another(stack: Stack) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in json.loads(shown(stack))["widgets"]:
        cells = {
            (widget["x"] + right, widget["y"] + down)
            for right in range(widget["width"])
            for down in range(widget["height"])
        }
        assert not cells & taken
        assert widget["x"] + widget["width"] <= 24
        taken |= cells


@pytest.mark.parametrize("stack", BOTH)
def test_the_dashboard_names_only_what_the_template_knows(stack: Stack) -> None:
    zones = {f"Zone{number}" for number in (1, 2, 3)}
    assert set(re.findall(r"\$\{(\w+)\}", shown(stack))) <= set(template(stack).parameters) | zones


def test_each_zone_of_prod_has_an_alarm_for_the_day_when_it_has_no_server() -> None:
    zones = {name for name in alarms(observability.STACK) if name.startswith("NoHostInZone")}
    assert zones == {"NoHostInZone1", "NoHostInZone2", "NoHostInZone3"}
    assert all(alarms(observability.STACK)[name]["TreatMissingData"] == "breaching" for name in zones)


def test_dev_with_its_one_server_has_one_alarm_for_all_zones() -> None:
    assert [name for name in alarms(observability.STACK, "dev") if name.startswith("NoHost")] == ["NoHost"]


def test_what_the_shop_measures_of_itself_is_watched() -> None:
    own = {
        metric["MetricName"]
        for alarm in alarms(observability.STACK).values()
        for metric in watched(alarm)
        if metric["Namespace"] == metrics.NAMESPACE
    }
    assert own == {metric.name for metric in metrics.METRICS}


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_every_region_that_route_53_gives_up_rings(regions: int) -> None:
    away = {name for name in alarms(observability.GLOBAL, regions=regions) if name.startswith("RegionAway")}
    assert away == {f"RegionAway{region.title().replace('-', '')}" for region in REGIONS[:regions]}


def test_the_firewalls_alarm_names_the_firewall_and_a_rule_of_it() -> None:
    wall = resources(edge.STACK)["Firewall"]
    (metric,) = watched(alarms(observability.GLOBAL)["PasswordsGuessed"])
    said = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    assert said["WebACL"] == wall["VisibilityConfig"]["MetricName"]
    assert said["Rule"] in {rule["VisibilityConfig"]["MetricName"] for rule in wall["Rules"]}


def test_a_copy_of_the_database_in_another_region_is_watched_there() -> None:
    assert "FarCopyBehind" not in alarms(observability.STACK, at=0)
    (metric,) = watched(alarms(observability.STACK, at=1)["FarCopyBehind"])
    assert {"Name": "SourceRegion", "Value": REGIONS[0]} in metric["Dimensions"]


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_log_group_ends_its_lines_when_the_environment_says_and_is_encrypted(env: str) -> None:
    found = [
        group for entry in built(env).values() for group in of_kind(entry, "AWS::Logs::LogGroup").values()
    ]
    assert found
    for group in found:
        assert group["RetentionInDays"] == ENVIRONMENTS[env].log_days
        assert "LogsKeyArn" in str(group["KmsKeyId"])


def test_what_cloudfront_and_route_53_need_is_in_us_east_1_even_where_the_shop_is_not() -> None:
    away = resolve(deployment("prod", "eu-west-1,eu-central-1", "shop.example.com"), STACKS)
    there = {entry.name for entry in away if entry.region == "us-east-1"}
    assert {"foundation", "zone", "certificates", "edge", "audit", "audit-global"} <= there
    assert not {"network", "web", "database"} & there


def test_the_copies_of_renditions_are_watched_by_the_rules_that_make_them() -> None:
    made = resources(storage.STACK)["Assets"]["ReplicationConfiguration"]["Fn::If"][1]["Rules"]
    (metric,) = watched(alarms(observability.STACK)["RenditionsLateEuWest1"])
    said = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    assert said["RuleId"] in {rule["Id"] for rule in made if rule["Filter"]["Prefix"] == "renditions/"}


def test_what_is_only_shown_rings_in_the_stack_that_has_it() -> None:
    rung = {
        metric["MetricName"]
        for entry in built().values()
        if entry.key == "us-east-1:functions"
        for alarm in of_kind(entry, "AWS::CloudWatch::Alarm").values()
        for metric in watched(alarm)
    }
    assert {"Errors", "ApproximateNumberOfMessagesVisible"} <= rung
    assert {"FunctionsFail", "RecordsGivenUp"} <= set(
        re.findall(r'"title": "(\w+)"', shown(observability.STACK))
    )


def test_every_function_of_the_region_is_watched() -> None:
    named = {
        output["Value"]["Ref"]
        for name, output in built()["us-east-1:functions"].template["Outputs"].items()
        if name.endswith("FunctionName")
    }
    assert named == set(functions.ALL)
