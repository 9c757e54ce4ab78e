"""The shop's names: which zone has them, where they point, and the tokens that stand beside them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.built import REGIONS, resources, template
from tests.stacks.edges import distribution
from tests.stacks.sets import built
from troposphere_stacks.kit import origin
from troposphere_stacks.manifest import Entry
from troposphere_stacks.stacks import certificates, dns, zone

DOMAIN = "shop.example.com"


def conditions(made: Any) -> dict[str, str]:
    found = template(made).to_dict()["Resources"]
    return {name: resource["Condition"] for name, resource in found.items() if "Condition" in resource}


@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_the_shops_name_is_an_alias_of_the_distribution(kind: str) -> None:
    record = resources(dns.STACK)[f"Site{kind}"]
    assert (record["Name"], record["Type"]) == (DOMAIN, kind)
    assert record["AliasTarget"]["DNSName"] == {"Ref": "DistributionDomainName"}
    assert record["AliasTarget"]["HostedZoneId"] == dns.CLOUDFRONT_ZONE


def test_a_zone_that_is_there_is_used_and_none_made() -> None:
    made = template(zone.STACK).to_dict()
    assert set(conditions(zone.STACK)) == {"Zone", "Issuers", "Log", "LogPolicy"}
    assert made["Outputs"]["HostedZoneId"]["Value"]["Fn::If"][0] == "MakesZone"


def test_only_amazons_certificate_authorities_may_issue_for_the_shop() -> None:
    issuers = resources(zone.STACK)["Issuers"]
    assert issuers["Type"] == "CAA"
    assert issuers["ResourceRecords"] == [f'0 issue "{name}"' for name in zone.ISSUERS]


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_each_region_has_both_tokens_under_a_key_of_its_own(regions: int) -> None:
    for slot in origin.SLOTS:
        token = resources(zone.STACK, regions=regions)[f"OriginToken{slot}"]
        copies = {copy["Region"]: copy["KmsKeyId"] for copy in token.get("ReplicaRegions", ())}
        others = REGIONS[1:regions]
        assert copies == {region: {"Ref": f"DataKeyArn{origin.title(region)}"} for region in others}
        assert token["GenerateSecretString"]["PasswordLength"] >= 32


def test_a_new_generation_makes_a_token_anew_under_another_name() -> None:
    for slot in origin.SLOTS:
        name = resources(zone.STACK)[f"OriginToken{slot}"]["Name"]["Fn::Sub"]
        assert f"${{OriginToken{slot}Generation}}" in name
        assert template(zone.STACK).to_dict()["Outputs"][f"OriginToken{slot}"]["Value"] == {"Fn::Sub": name}


def test_a_certificate_validates_each_of_its_names_by_the_zone() -> None:
    certificate = resources(certificates.STACK)["Certificate"]
    names = [certificate["DomainName"], *certificate["SubjectAlternativeNames"]]
    assert [each["DomainName"] for each in certificate["DomainValidationOptions"]] == names
    assert {str(each["HostedZoneId"]) for each in certificate["DomainValidationOptions"]} == {
        str({"Ref": "HostedZoneId"})
    }


def test_one_region_alone_can_not_be_taken_out() -> None:
    assert "WithdrawnRegion" not in template(dns.STACK, regions=1).to_dict()["Parameters"]
    made = template(dns.STACK, regions=1).to_dict()["Resources"].values()
    assert not [resource for resource in made if "Condition" in resource]


def test_balancers_admit_a_new_token_before_cloudfront_sends_it() -> None:
    order = list(built())
    balancers = [order.index(f"{region}:web") for region in REGIONS[:2]]
    assert order.index("us-east-1:zone") < min(balancers)
    assert max(balancers) < order.index("us-east-1:edge")
    for region in REGIONS[:2]:
        admitted = resources_of(built()[f"{region}:web"])["ShopRule"]["Conditions"][0]["HttpHeaderConfig"]
        assert admitted["HttpHeaderName"] == origin.HEADER
        assert len(admitted["Values"]) == len(origin.SLOTS)


def test_a_balancer_keeps_idle_connections_longer_than_cloudfront() -> None:
    balancer = resources_of(built()["us-east-1:web"])["Balancer"]
    said = {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}
    kept = [
        item["CustomOriginConfig"]["OriginKeepaliveTimeout"]
        for item in distribution()["Origins"]
        if "CustomOriginConfig" in item
    ]
    assert max(kept) < int(said["idle_timeout.timeout_seconds"])


def resources_of(entry: Entry) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in entry.template["Resources"].items()}
