"""Aurora: spread over zones, locked, backed up, and of a kind that the shop's statements fit."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Integer

from storefront.migrations import TABLES
from tests.stacks.built import resources, template
from troposphere_stacks.stacks.database import REPLICA, STACK
from troposphere_stacks.stacks.database.rotation import CODE

LAMBDA_INLINE_BYTES = 4096


def of(stack: Any, kind: str, env: str = "prod", at: int = 0) -> list[dict[str, Any]]:
    built = template(stack, env, 2, at).to_dict()["Resources"].values()
    return [resource for resource in built if resource["Type"] == kind]


def instances(stack: Any, at: int, env: str = "prod") -> list[dict[str, Any]]:
    return [instance["Properties"] for instance in of(stack, "AWS::RDS::DBInstance", env, at)]


BOTH = pytest.mark.parametrize(("stack", "at"), [(STACK, 0), (REPLICA, 1)], ids=["writer", "replica"])


@BOTH
def test_instances_stand_in_different_zones(stack: Any, at: int) -> None:
    zones = [instance["AvailabilityZone"]["Fn::Select"][0] for instance in instances(stack, at)]
    assert len(zones) >= 2
    assert len(set(zones)) == len(zones)


@BOTH
def test_an_instance_takes_over_at_its_full_size(stack: Any, at: int) -> None:
    assert {instance["PromotionTier"] for instance in instances(stack, at)} <= {0, 1}


@BOTH
def test_nobody_connects_without_tls(stack: Any, at: int) -> None:
    settings = resources(stack, at=at)["ClusterSettings"]
    assert settings["Parameters"]["rds.force_ssl"] == "1"
    assert resources(stack, at=at)["Cluster"]["DBClusterParameterGroupName"] == {"Ref": "ClusterSettings"}


@BOTH
def test_data_is_encrypted_protected_and_kept(stack: Any, at: int) -> None:
    (cluster,) = of(stack, "AWS::RDS::DBCluster", at=at)
    properties = cluster["Properties"]
    assert properties["StorageEncrypted"] is properties["DeletionProtection"] is True
    assert properties["BackupRetentionPeriod"] == 35
    assert cluster["DeletionPolicy"] == cluster["UpdateReplacePolicy"] == "Snapshot"


@BOTH
def test_the_shop_can_sign_in_with_tokens(stack: Any, at: int) -> None:
    assert resources(stack, at=at)["Cluster"]["EnableIAMDatabaseAuthentication"] is True


@BOTH
def test_no_instance_is_public(stack: Any, at: int) -> None:
    assert all(instance["PubliclyAccessible"] is False for instance in instances(stack, at))


def test_a_global_database_manages_no_password() -> None:
    # AWS refuses it there, and no linter says so.
    assert "ManageMasterUserPassword" not in resources(STACK)["Cluster"]
    assert (
        "{{resolve:secretsmanager:${Secret}" in resources(STACK)["Cluster"]["MasterUserPassword"]["Fn::Sub"]
    )


def test_every_cluster_has_the_version_of_the_global_database() -> None:
    # A cluster without one gets RDS's default of the day, and is refused where that is another.
    wanted = resources(STACK)["Global"]["EngineVersion"]
    for stack, at in ((STACK, 0), (REPLICA, 1)):
        assert resources(stack, at=at)["Cluster"]["EngineVersion"] == wanted


def test_the_replica_joins_and_forwards_writes() -> None:
    cluster = resources(REPLICA, at=1)["Cluster"]
    assert cluster["EnableGlobalWriteForwarding"] is True
    assert not {"MasterUsername", "MasterUserPassword", "DatabaseName"} & cluster.keys()
    parameter = cluster["GlobalClusterIdentifier"]["Ref"]
    assert template(REPLICA, at=1).needs[parameter] == "us-east-1:database.GlobalClusterId"


def test_the_replica_is_encrypted_by_a_key_of_its_own_region() -> None:
    assert template(REPLICA, at=1).needs["DataKeyArn"] == "foundation.DataKeyArn"


def test_a_region_can_be_added_to_one_that_stands_alone() -> None:
    alone, together = resources(STACK, regions=1), resources(STACK, regions=2)
    assert alone["Cluster"] == together["Cluster"]
    assert alone["Global"] == together["Global"]


def test_no_key_of_the_shop_comes_from_a_sequence() -> None:
    """Aurora forwards no nextval()."""
    for table in TABLES.tables.values():
        counted = table.autoincrement_column
        assert counted is None or not isinstance(counted.type, Integer), table.name


def test_the_password_goes_to_the_regions_that_may_take_over() -> None:
    (copy,) = resources(STACK)["Secret"]["ReplicaRegions"]
    assert copy["Region"] == "eu-west-1"
    assert template(STACK).needs[copy["KmsKeyId"]["Ref"]] == "eu-west-1:foundation.DataKeyArn"


def test_the_password_changes_each_month() -> None:
    schedule = resources(STACK)["RotationSchedule"]
    assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert schedule["RotationLambdaARN"] == {"Fn::GetAtt": ["Rotation", "Arn"]}


def test_the_rotating_function_fits_into_the_template() -> None:
    assert len(CODE.read_bytes()) <= LAMBDA_INLINE_BYTES


def test_dev_is_one_small_instance_that_goes_with_its_stack() -> None:
    assert len(instances(STACK, 0, "dev")) == 1
    (cluster,) = of(STACK, "AWS::RDS::DBCluster", "dev")
    assert cluster["DeletionPolicy"] == "Delete"
    assert cluster["Properties"]["DeletionProtection"] is False
