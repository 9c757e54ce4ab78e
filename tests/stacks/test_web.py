"""Web servers: who is let in, what machines are, and how a bad release ends."""

from __future__ import annotations

import pytest

from tests.stacks.built import resources, template
from tests.stacks.filling import filled
from troposphere_stacks.deployment import ENVIRONMENTS
from troposphere_stacks.stacks import web

MADE = resources(web.STACK)
GRAVITON = ("g.", "gd.", "gn.")


def test_only_what_carries_cloudfronts_token_reaches_the_shop() -> None:
    rules = [each for name, each in MADE.items() if name.endswith("Rule")]
    by_priority = sorted(rules, key=lambda rule: rule["Priority"])
    fields = [{condition["Field"] for condition in rule["Conditions"]} for rule in by_priority]
    assert fields == [{"path-pattern"}, {"http-header", "path-pattern"}, {"http-header"}]
    (open_to_all,) = by_priority[0]["Conditions"]
    assert open_to_all["PathPatternConfig"]["Values"] == ["/healthz/deep"]
    assert MADE["Listener"]["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "403"


def test_both_tokens_are_admitted_and_none_stands_in_the_template() -> None:
    header = MADE["ShopRule"]["Conditions"][0]["HttpHeaderConfig"]
    assert header["HttpHeaderName"] == "X-Origin-Verify"
    assert [filled(value, {})[:25] for value in header["Values"]] == ["{{resolve:secretsmanager:"] * 2


def test_servers_are_asked_for_their_health_each_thirty_seconds() -> None:
    targets = MADE["Targets"]
    assert (targets["HealthCheckPath"], targets["HealthCheckIntervalSeconds"]) == ("/healthz", 30)


def test_the_balancer_keeps_connections_longer_than_cloudfront() -> None:
    attributes = {each["Key"]: each["Value"] for each in MADE["Balancer"]["LoadBalancerAttributes"]}
    assert int(attributes["idle_timeout.timeout_seconds"]) > 30
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["access_logs.s3.enabled"] == "true"


def test_machines_have_no_way_in_but_ssm() -> None:
    data = MADE["Launch"]["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert "KeyName" not in data
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_all_types_of_web_servers_have_the_images_processor(env: str) -> None:
    types = ENVIRONMENTS[env].web.types
    assert len(types) >= 4
    assert all(any(mark in kind for mark in GRAVITON) for kind in types)


def test_one_machine_a_zone_is_never_spot() -> None:
    mixed = MADE["Group"]["MixedInstancesPolicy"]["InstancesDistribution"]
    assert mixed["OnDemandBaseCapacity"] == 3
    assert mixed["SpotAllocationStrategy"] == "price-capacity-optimized"


def test_a_release_that_rings_an_alarm_is_rolled_back() -> None:
    group = template(web.STACK).to_dict()["Resources"]["Group"]
    refresh = group["UpdatePolicy"]["AutoScalingInstanceRefresh"]["Preferences"]
    alarms = {each["Ref"] for each in refresh["AlarmSpecification"]["Alarms"]}
    assert alarms == {"ErrorsOfServers", "SlowServers", "SickServers"}
    assert refresh["MinHealthyPercentage"] == 100
    assert group["CreationPolicy"]["ResourceSignal"]["Count"] == 3


def test_a_machine_joins_when_its_boot_script_says_so() -> None:
    (hook,) = MADE["Group"]["LifecycleHookSpecificationList"]
    assert (hook["LifecycleHookName"], hook["DefaultResult"]) == ("Ready", "ABANDON")


def test_the_machines_launch_template_is_a_numbered_version() -> None:
    policy = MADE["Group"]["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]
    assert policy["Version"] == {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]}


def test_a_machine_without_a_release_starts_nothing() -> None:
    assert template(web.STACK).statics["ReleaseSha256"] == "0" * 64
