"""Keys, buckets and the topic that the rest of a region stands on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.sets import ENVIRONMENTS, built, resources

FOUNDATION = "us-east-1:foundation"


def statements(kind: str, title: str) -> dict[str, dict[str, Any]]:
    properties = resources(built()[FOUNDATION], kind)[title]
    document = properties.get("KeyPolicy") or properties["PolicyDocument"]
    return {statement["Sid"]: statement for statement in document["Statement"]}


def principals(statement: dict[str, Any]) -> Any:
    return statement["Principal"]["Service"]


def test_keys_rotate() -> None:
    keys = resources(built()[FOUNDATION], "AWS::KMS::Key")
    assert all(key["EnableKeyRotation"] for key in keys.values())
    assert keys.keys() == {"DataKey", "AssetsKey", "LogsKey"}


def test_cloudfront_opens_objects_for_distributions_of_this_account_alone() -> None:
    statement = statements("AWS::KMS::Key", "AssetsKey")["CloudFront"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(
        "::${AWS::AccountId}:distribution/*"
    )
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_whoever_publishes_alerts_may_use_their_key() -> None:
    keys = statements("AWS::KMS::Key", "LogsKey")
    may = {*principals(keys["Publishers"]), principals(keys["Events"])}
    topic = statements("AWS::SNS::TopicPolicy", "AlertTopicPolicy")
    assert {principals(each) for each in topic.values() if each["Effect"] == "Allow"} == may


def test_the_trail_may_look_at_its_key_where_there_is_no_context_to_compare() -> None:
    statement = statements("AWS::KMS::Key", "LogsKey")["TrailLooks"]
    assert statement["Action"] == ["kms:DescribeKey"]
    assert list(statement["Condition"]["StringLike"]) == ["aws:SourceArn"]


def test_no_service_but_eventbridge_uses_a_key_without_a_condition() -> None:
    for title in ("DataKey", "AssetsKey", "LogsKey"):
        for sid, statement in statements("AWS::KMS::Key", title).items():
            assert ("Condition" in statement) is (sid not in ("Account", "Events")), f"{title} {sid}"


def test_buckets_take_no_plain_http_and_no_acls() -> None:
    buckets = resources(built()[FOUNDATION], "AWS::S3::Bucket")
    for title, bucket in buckets.items():
        denied = statements("AWS::S3::BucketPolicy", f"{title}Policy")["OverTlsAlone"]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize(("env", "days"), [("prod", 365), ("staging", 90), ("dev", 30)])
def test_access_logs_end_with_the_environment_s_period(env: str, days: int) -> None:
    bucket = resources(built(env)[FOUNDATION], "AWS::S3::Bucket")["LogBucket"]
    assert days in [rule.get("ExpirationInDays") for rule in bucket["LifecycleConfiguration"]["Rules"]]


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_keys_and_buckets_outlive_their_stack_where_data_is_protected(env: str) -> None:
    lasting = {"AWS::KMS::Key", "AWS::S3::Bucket"}
    policies = {each["DeletionPolicy"] for each in built(env)[FOUNDATION].template["Resources"].values()
                if each["Type"] in lasting}  # fmt: skip
    assert policies == {"Delete" if env == "dev" else "RetainExceptOnCreate"}
