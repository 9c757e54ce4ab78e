"""The tables of the cloud are those of the models, both ways."""

from __future__ import annotations

from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute

from storefront.app import MODELS
from storefront.cart.models import CartLine
from storefront.catalog.models import MODELS as FOLLOWED_BY_CATALOG
from storefront.stores.dynamo import Table
from tests.stacks.built import REGIONS, resources, template
from troposphere_stacks.stacks.tables import STACK


def suffix(model: type[Table]) -> str:
    return str(getattr(model.Meta, "suffix", None) or model.Meta.table_name)


def table(model: type[Table]) -> dict[str, Any]:
    return resources(STACK)[next(n for n, t in resources(STACK).items() if t["TableName"] == name(model))]


def name(model: type[Table]) -> str:
    return f"storefront-prod-{suffix(model)}"


def keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {part["KeyType"]: part["AttributeName"] for part in schema}


def test_each_model_has_a_table_and_each_table_a_model() -> None:
    assert {t["TableName"] for t in resources(STACK).values()} == {name(model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=suffix)
def test_keys_are_those_that_the_model_would_make(model: type[Table]) -> None:
    assert keys(table(model)["KeySchema"]) == keys(model._get_schema()["key_schema"])


@pytest.mark.parametrize("model", MODELS, ids=suffix)
def test_indexes_are_those_that_the_model_would_make(model: type[Table]) -> None:
    declared = table(model).get("GlobalSecondaryIndexes", ())
    wanted = model._get_schema()["global_secondary_indexes"]
    assert {i["IndexName"]: (keys(i["KeySchema"]), i["Projection"]) for i in declared} == {
        i["index_name"]: (keys(i["key_schema"]), i["projection"]) for i in wanted
    }


@pytest.mark.parametrize("model", MODELS, ids=suffix)
def test_key_attributes_are_those_that_the_model_would_make(model: type[Table]) -> None:
    def types(definitions: list[dict[str, str]]) -> dict[str, str]:
        return {one["AttributeName"]: one["AttributeType"] for one in definitions}

    assert types(table(model)["AttributeDefinitions"]) == types(model._get_schema()["attribute_definitions"])


@pytest.mark.parametrize("model", MODELS, ids=suffix)
def test_time_to_live_is_that_of_the_model(model: type[Table]) -> None:
    declared = table(model).get("TimeToLiveSpecification", {}).get("AttributeName")
    found = [a.attr_name for a in model.get_attributes().values() if isinstance(a, TTLAttribute)]
    assert [declared] == (found or [None])


@pytest.mark.parametrize("model", MODELS, ids=suffix)
def test_streams_show_what_the_model_says(model: type[Table]) -> None:
    assert table(model)["StreamSpecification"]["StreamViewType"] == model.Meta.stream_view_type


def test_the_streams_that_functions_follow_are_given() -> None:
    outputs = template(STACK).to_dict()["Outputs"]
    given = {key.removesuffix("StreamArn") for key in outputs if key.endswith("StreamArn")}
    followed = {name(model) for model in (*FOLLOWED_BY_CATALOG, CartLine)}
    assert {resources(STACK)[role]["TableName"] for role in given} == followed


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_every_region_has_a_replica_with_a_key_of_its_own(regions: int) -> None:
    for properties in resources(STACK, regions=regions).values():
        replicas = properties["Replicas"]
        assert [replica["Region"] for replica in replicas] == list(REGIONS[:regions])
        parameters = [replica["SSESpecification"]["KMSMasterKeyId"]["Ref"] for replica in replicas]
        needs = template(STACK, regions=regions).needs
        sources = [needs[parameter] for parameter in parameters]
        assert sources == [f"{region}:foundation.DataKeyArn" for region in REGIONS[:regions]]


def test_every_replica_can_go_back_in_time_and_is_protected() -> None:
    for properties in resources(STACK).values():
        for replica in properties["Replicas"]:
            recovery = replica["PointInTimeRecoverySpecification"]
            assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
            assert replica["DeletionProtectionEnabled"] is True


def test_what_a_runaway_loop_can_cost_is_bounded() -> None:
    statics = template(STACK).statics
    assert (statics["MostReads"], statics["MostWrites"], statics["Warm"]) == ("40000", "20000", "false")
    for properties in resources(STACK).values():
        assert properties["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": {"Ref": "MostReads"}}
        assert properties["WriteOnDemandThroughputSettings"] == {
            "MaxWriteRequestUnits": {"Ref": "MostWrites"}
        }
