"""The bucket: who reaches what in it, what it costs to forget, and what other regions get."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from storefront.assets.views import PUBLIC_PREFIX
from storefront.catalog.snapshot.build import POINTER
from storefront.settings import Settings
from storefront.stores.objects.s3 import S3Objects
from storefront.web.guard import content_policy
from tests.stacks.built import REGIONS, resources, template
from troposphere_stacks.stacks.storage import STACK


def bucket(regions: int = 2, at: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = resources(STACK, regions=regions, at=at)["Assets"]
    return found


def replication(regions: int, at: int = 0) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = bucket(regions, at)["ReplicationConfiguration"]["Fn::If"][1]["Rules"]
    return rules


def statements() -> dict[str, dict[str, Any]]:
    document = resources(STACK)["AssetsPolicy"]["PolicyDocument"]
    return {statement["Sid"]: statement for statement in document["Statement"]}


def rules() -> dict[str, dict[str, Any]]:
    return {rule["Id"]: rule for rule in bucket()["LifecycleConfiguration"]["Rules"]}


def test_cloudfront_reads_what_the_shop_serves_to_everybody_and_nothing_else() -> None:
    allowed = statements()["CloudFrontReadsRenditions"]
    assert allowed["Resource"] == {"Fn::Sub": f"${{Assets.Arn}}/{PUBLIC_PREFIX}*"}
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("DenyWithoutTls", {"Bool": {"aws:SecureTransport": "false"}}),
        ("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
    ],
)
def test_nobody_speaks_to_it_without_good_tls(name: str, condition: dict[str, Any]) -> None:
    statement = statements()[name]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == condition
    assert len(statement["Resource"]) == 2


def test_objects_move_to_cheaper_tiers_at_once_and_never_to_one_that_answers_late() -> None:
    assert rules()["TierByUse"]["Transitions"] == [
        {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}
    ]
    assert "IntelligentTieringConfigurations" not in bucket()


def test_unfinished_uploads_and_old_versions_end() -> None:
    aborted = rules()["EndUnfinishedUploads"]["AbortIncompleteMultipartUpload"]
    assert aborted == {"DaysAfterInitiation": 1}
    assert rules()["EndOldVersions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 35}


def test_no_rule_ends_a_current_object() -> None:
    for rule in rules().values():
        assert not {"ExpirationInDays", "ExpirationDate"} & rule.keys()


def test_browsers_put_uploads_from_the_shop_alone() -> None:
    (rule,) = bucket()["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["https://shop.example.com"]
    assert (rule["AllowedMethods"], rule["AllowedHeaders"]) == (["PUT"], ["content-type"])


def test_pages_let_browsers_put_where_signed_addresses_lead(aws_keys: None) -> None:
    given = template(STACK).to_dict()["Outputs"]["ObjectsEndpoint"]["Value"]["Fn::Sub"]
    endpoint = given.replace("${AWS::Region}", "us-east-1").replace("${AWS::URLSuffix}", "amazonaws.com")
    store = S3Objects("bucket", Settings(objects_endpoint=endpoint))
    address = urlsplit(store.presign_put("uploads/a", "model/gltf-binary", 1, 60))
    allowed = content_policy("/assets", endpoint).split("connect-src ")[1].split(";")[0].split()
    assert f"{address.scheme}://{address.netloc}" in allowed


@pytest.mark.parametrize("at", [0, 1, 2])
def test_renditions_and_uploads_are_copied_to_all_other_regions(at: int) -> None:
    others = {region for region in REGIONS if region != REGIONS[at]}
    copied = {(rule["Filter"]["Prefix"], rule["Id"].partition("-to-")[2]) for rule in replication(3, at)}
    assert copied == {(prefix, region) for prefix in ("renditions/", "uploads/") for region in others}


def test_snapshots_stay_where_they_are_built() -> None:
    assert not any(POINTER.startswith(rule["Filter"]["Prefix"]) for rule in replication(3))


def test_a_copy_goes_to_the_bucket_that_the_other_region_makes() -> None:
    (first, *_) = replication(2)
    other = bucket(2, at=1)["BucketName"]["Fn::Sub"]
    assert first["Destination"]["Bucket"] == {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{other}"}


def test_a_copy_is_encrypted_by_a_key_of_its_region() -> None:
    parameter = replication(2)[0]["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"]["Ref"]
    assert template(STACK).needs[parameter] == "eu-west-1:foundation.AssetsKeyArn"


def test_rules_differ_in_priority() -> None:
    priorities = [rule["Priority"] for rule in replication(3)]
    assert len(set(priorities)) == len(priorities)


def test_copying_waits_for_the_second_pass() -> None:
    assert template(STACK).statics["EnableReplication"] == "false"


def test_one_region_copies_nothing() -> None:
    assert "ReplicationConfiguration" not in bucket(regions=1)
    assert "EnableReplication" not in json.dumps(template(STACK, regions=1).to_dict())
