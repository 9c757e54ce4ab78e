"""Valkey: what RQ needs, behind TLS and a password."""

from __future__ import annotations

from typing import Any

from tests.stacks.built import resources, template
from troposphere_stacks.stacks.cache import STACK


def group(env: str = "prod") -> dict[str, Any]:
    found: dict[str, Any] = resources(STACK, env)["Cache"]
    return found


def test_rq_gets_one_shard() -> None:
    assert group()["ClusterMode"] == "disabled"
    assert not {"NumNodeGroups", "ReplicasPerNodeGroup", "NodeGroupConfiguration"} & group().keys()


def test_a_full_queue_says_so() -> None:
    settings = resources(STACK)["Settings"]
    assert settings["Properties"] == {"maxmemory-policy": "noeviction"}
    assert group()["CacheParameterGroupName"] == {"Ref": "Settings"}


def test_nobody_connects_without_tls_and_the_password() -> None:
    assert group()["TransitEncryptionEnabled"] is True
    assert group()["TransitEncryptionMode"] == "required"
    assert group()["AuthToken"] == {"Fn::Sub": "{{resolve:secretsmanager:${Token}}}"}


def test_it_outlives_a_zone() -> None:
    assert group()["NumCacheClusters"] >= 2
    assert group()["MultiAZEnabled"] is group()["AutomaticFailoverEnabled"] is True


def test_dev_has_one_node_and_promises_no_more() -> None:
    assert group("dev")["NumCacheClusters"] == 1
    assert group("dev")["MultiAZEnabled"] is False


def test_it_is_encrypted_by_the_regions_own_key() -> None:
    assert template(STACK, at=1).needs["DataKeyArn"] == "foundation.DataKeyArn"
    assert group()["KmsKeyId"] == {"Ref": "DataKeyArn"}


def test_nothing_of_it_is_kept() -> None:
    assert group()["SnapshotRetentionLimit"] == 0
