"""The audit: who writes the trail and for how long it is kept, what is judged, and whom it tells."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.stacks.built import resources, template
from troposphere_stacks.deployment import ENVIRONMENTS
from troposphere_stacks.stacks import audit
from troposphere_stacks.stacks.audit import rules, trail_alarms

SEVEN_YEARS = 7 * 365


def pack(env: str = "prod", at: int = 0) -> dict[str, Any]:
    body = resources(audit.STACK, env, at=at)["Promises"]["TemplateBody"]
    found: dict[str, Any] = json.loads(body)["Resources"]
    return found


def identifiers(env: str = "prod", at: int = 0) -> set[str]:
    return {rule["Properties"]["Source"]["SourceIdentifier"] for rule in pack(env, at).values()}


def test_the_trail_hears_all_regions_and_shows_tampering() -> None:
    trail = resources(audit.STACK)["Trail"]
    wanted = ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
    assert all(trail[name] is True for name in wanted)
    assert trail["KMSKeyId"] == {"Ref": "LogsKeyArn"}


def test_the_trail_writes_streams_of_its_own_log_group() -> None:
    policy = resources(audit.STACK)["TrailLogRole"]["Policies"][0]["PolicyDocument"]
    streams = policy["Statement"][0]["Resource"]["Fn::Sub"]
    # As CloudTrail's documentation has it. The group's Arn ends in ":*", and what followed would fit nothing.
    assert streams.endswith(":log-group:${TrailLog}:log-stream:${AWS::AccountId}_CloudTrail_${AWS::Region}*")


def test_the_audit_bucket_keeps_the_trail_s_own_encryption_context() -> None:
    encryption = resources(audit.STACK)["AuditBucket"]["BucketEncryption"]
    (rule,) = encryption["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is False


def test_there_is_one_trail() -> None:
    kinds = [each["Type"] for each in template(audit.STACK, at=1).to_dict()["Resources"].values()]
    assert "AWS::CloudTrail::Trail" not in kinds


def test_prod_keeps_the_trail_for_seven_years() -> None:
    kept = resources(audit.STACK)["AuditBucket"]["LifecycleConfiguration"]["Rules"][0]
    assert kept["ExpirationInDays"] >= SEVEN_YEARS
    assert kept["NoncurrentVersionExpiration"]["NoncurrentDays"] >= SEVEN_YEARS


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_no_environment_ends_what_it_has_only_just_put_away(env: str) -> None:
    kept = resources(audit.STACK, env)["AuditBucket"]["LifecycleConfiguration"]["Rules"][0]
    for move in kept.get("Transitions", ()):
        assert move["TransitionInDays"] < kept["ExpirationInDays"]


def test_only_the_trail_and_the_recorder_write_and_each_below_its_prefix() -> None:
    statements = resources(audit.STACK)["AuditBucketPolicy"]["PolicyDocument"]["Statement"]
    writers = {
        each["Principal"]["Service"]: each["Resource"]["Fn::Sub"]
        for each in statements
        if each["Effect"] == "Allow" and each["Action"] == "s3:PutObject"
    }
    assert writers == {
        "cloudtrail.amazonaws.com": "${AuditBucket.Arn}/trail/AWSLogs/${AWS::AccountId}/*",
        "config.amazonaws.com": "${AuditBucket.Arn}/config/AWSLogs/${AWS::AccountId}/*",
    }
    trail, channel = (resources(audit.STACK)[name] for name in ("Trail", "DeliveryChannel"))
    assert (trail["S3KeyPrefix"], channel["S3KeyPrefix"]) == ("trail", "config")


def test_global_resources_are_recorded_once() -> None:
    recorded = [resources(audit.STACK, at=at)["Recorder"]["RecordingGroup"] for at in range(2)]
    assert [group["IncludeGlobalResourceTypes"] for group in recorded] == [True, False]


def test_every_region_delivers_to_the_bucket_of_the_first_with_its_key() -> None:
    needs = template(audit.STACK, at=1).needs
    assert needs["AuditBucketName"] == "us-east-1:audit.AuditBucketName"
    assert needs["AuditKeyArn"] == "us-east-1:foundation.LogsKeyArn"


def test_the_pack_is_small_enough_for_a_template() -> None:
    assert len(resources(audit.STACK)["Promises"]["TemplateBody"]) <= 51_200


def test_only_environments_that_are_spread_over_zones_are_judged_by_it() -> None:
    assert set(rules.SPREAD) <= identifiers("prod")
    assert not set(rules.SPREAD) & identifiers("dev")


def test_distributions_are_judged_where_config_sees_them() -> None:
    assert set(rules.EDGE) <= identifiers(at=0)
    assert not set(rules.EDGE) & identifiers(at=1)


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_the_rule_on_logs_asks_for_what_the_environment_keeps(env: str) -> None:
    rule = pack(env)["CwLoggroupRetentionPeriodCheck"]["Properties"]
    assert rule["InputParameters"] == {"MinRetentionTime": str(ENVIRONMENTS[env].log_days)}


def test_an_account_that_is_guarded_already_gets_no_second_guard() -> None:
    one_each = ("Recorder", "DeliveryChannel", "Detector", "Hub", "BestPractices", "Promises")
    made = template(audit.STACK).to_dict()["Resources"]
    assert {made[name].get("Condition") for name in one_each} == {"GuardsAccount"}


@pytest.mark.parametrize("stack", [audit.STACK, audit.GLOBAL])
def test_a_sentence_about_an_event_uses_exactly_what_it_takes_from_it(stack: Any) -> None:
    for rule in resources(stack).values():
        for target in rule.get("Targets", ()):
            said = target["InputTransformer"]
            assert set(re.findall(r"<(\w+)>", said["InputTemplate"])) == said["InputPathsMap"].keys()


def test_every_event_reaches_the_alert_topic() -> None:
    for stack in (audit.STACK, audit.GLOBAL):
        arns = [target["Arn"] for rule in resources(stack).values() for target in rule.get("Targets", ())]
        assert arns
        assert all(arn == {"Ref": "AlertTopicArn"} for arn in arns)


def test_trusted_advisor_and_the_bill_are_heard_in_us_east_1() -> None:
    made = resources(audit.GLOBAL)
    assert made["AdviceNews"]["EventPattern"]["source"] == ["aws.trustedadvisor"]
    told = made["Budget"]["NotificationsWithSubscribers"]
    assert {each["Notification"]["NotificationType"] for each in told} == {"ACTUAL", "FORECASTED"}


@pytest.mark.parametrize("metric", trail_alarms.PATTERNS)
def test_each_pattern_of_the_trail_has_an_alarm_on_its_own_metric(metric: str) -> None:
    made = resources(audit.STACK)
    count = made[f"{metric}Filter"]["MetricTransformations"][0]
    alarm = made[metric]
    assert (alarm["Namespace"], alarm["MetricName"]) == (count["MetricNamespace"], count["MetricName"])
