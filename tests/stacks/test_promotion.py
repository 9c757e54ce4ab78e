"""After a failover of the database, every region's shop can reach the promoted writer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from storefront.settings import Settings
from storefront.stores.rds import open_database
from tests.stacks.sets import REGIONS, built, resources
from troposphere_stacks.manifest import Entry
from troposphere_stacks.release.environment import PROMOTED

SELLING = ("web", "functions")
EVERYWHERE = pytest.mark.parametrize(
    "key", [f"{region}:{stack}" for region in REGIONS[:2] for stack in SELLING]
)


def connecting(entry: Entry) -> list[dict[str, Any]]:
    """The statements that let a role sign in to a database."""
    return [
        statement
        for role in resources(entry, "AWS::IAM::Role").values()
        for policy in role.get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        if "rds-db:connect" in statement["Action"]
    ]


@EVERYWHERE
def test_the_operator_may_name_another_writer(key: str) -> None:
    entry = built()[key]
    assert entry.static[PROMOTED] == ""
    host = {"Fn::If": [PROMOTED, {"Ref": PROMOTED}, {"Ref": "DatabaseHost"}]}
    assert json.dumps(host) in json.dumps(entry.template["Resources"])
    assert entry.needs["DatabaseHost"] == f"{REGIONS[0]}:database.ClusterEndpoint"


@EVERYWHERE
def test_the_shop_may_sign_in_to_every_regions_cluster(key: str) -> None:
    entry = built()[key]
    assert connecting(entry)
    for statement in connecting(entry):
        users = [user["Fn::Sub"] for user in statement["Resource"]]
        assert len(users) == 2
        for region, stack, user in zip(REGIONS, ("database", "database-replica"), users, strict=False):
            parameter = user.partition("dbuser:${")[2].partition("}")[0]
            assert f":rds-db:{region}:" in user
            assert entry.needs[parameter] == f"{region}:{stack}.ClusterResourceId"


def test_one_region_has_nothing_to_promote() -> None:
    for stack in SELLING:
        assert PROMOTED not in built(regions=1)[f"{REGIONS[0]}:{stack}"].static


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("", True),
        ("storefront-prod-database.cluster-abc.eu-west-1.rds.amazonaws.com", True),
        ("db.example.com", False),
        ("x.rds.amazonaws.com/other", False),
    ],
)
def test_only_an_aurora_host_is_taken(host: str, taken: bool) -> None:
    pattern = built()["us-east-1:web"].template["Parameters"][PROMOTED]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, host)) is taken


def test_a_host_that_is_taken_can_be_signed_in_to() -> None:
    host = "storefront-prod-database.cluster-abc.eu-west-1.rds.amazonaws.com"
    settings = Settings(database_url=f"postgresql://storefront@{host}/storefront", database_iam="yes")
    open_database(settings).engine.dispose()
