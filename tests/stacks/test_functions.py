"""Functions: what wakes them, what becomes of what they can't do, and whose code they run."""

from __future__ import annotations

import importlib
import json

import pytest

from tests.stacks.built import resources, template
from troposphere_stacks.stacks import functions

MADE = resources(functions.STACK)
SOURCES = [name for name in MADE if name.endswith("Source")]
TITLES = [name for name, each in MADE.items() if "Handler" in each]


@pytest.mark.parametrize("title", TITLES)
def test_the_handler_is_there(title: str) -> None:
    module, _, name = MADE[title]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_a_region_counts_the_carts_of_its_own_shoppers() -> None:
    for at, region in enumerate(("us-east-1", "eu-west-1")):
        source = resources(functions.STACK, at=at)["CartsSource"]
        (pattern,) = source["FilterCriteria"]["Filters"]
        keys = json.loads(pattern["Pattern"])["dynamodb"]["Keys"]
        assert keys == {"line_id": {"S": [{"suffix": f"#{region}"}]}}


@pytest.mark.parametrize("name", SOURCES)
def test_one_bad_record_does_not_hold_up_a_stream(name: str) -> None:
    source = MADE[name]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < source["MaximumRecordAgeInSeconds"] <= 86_400
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["Failed", "Arn"]}


@pytest.mark.parametrize("title", TITLES)
def test_a_function_is_bounded_logged_and_of_the_release(title: str) -> None:
    function = MADE[title]
    assert function["ReservedConcurrentExecutions"] > 0
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": f"{title}Logs"}
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert function["Code"]["S3Key"] == {"Fn::Sub": "functions/${FunctionsSha256}.zip"}


def test_what_asks_the_database_is_in_the_network_and_nothing_else() -> None:
    inside = {title for title in TITLES if "VpcConfig" in MADE[title]}
    assert inside == {"Authentication", "CartUpdates", "BringTables"}


def test_tables_are_brought_up_once_in_the_first_region_by_each_release() -> None:
    assert MADE["Tables"]["Release"] == {"Ref": "FunctionsSha256"}
    assert "Tables" not in resources(functions.STACK, at=1)
    assert "FunctionsSha256" in template(functions.STACK).statics


def test_only_balancers_of_this_account_call_the_accounts_function() -> None:
    caller = MADE["AuthenticationCaller"]
    assert caller["Principal"] == "elasticloadbalancing.amazonaws.com"
    assert caller["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert MADE["AuthenticationTargets"]["TargetType"] == "lambda"
