"""Failover, computed from the templates: who takes over from a lost region, and within how many seconds.

What AWS adds and promises no figure for (Route 53's propagation to its servers, resolvers that ignore a TTL)
is not in these sums; docs/operations.md says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.built import REGIONS, resources, template
from tests.stacks.edges import distribution, met, routes
from troposphere_stacks.kit import origin
from troposphere_stacks.stacks import certificates, dns
from troposphere_stacks.stacks.dns import HEALTH_PATH

PAGES_SECONDS = 6
WRITES_SECONDS = 40
DETECTION_SECONDS = 30
DOMAIN = "shop.example.com"


def source(name: str, regions: int = 2) -> dict[str, Any]:
    return next(item for item in distribution(regions=regions)["Origins"] if item["Id"] == name)


def group(name: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = distribution()["OriginGroups"]["Items"]
    return next(item for item in items if item["Id"] == name)


def members(name: str) -> list[dict[str, Any]]:
    return [source(member["OriginId"]) for member in group(name)["Members"]["Items"]]


def records(name: str, regions: int = 2) -> list[dict[str, Any]]:
    found = resources(dns.STACK, regions=regions).values()
    return [record for record in found if record.get("Name") == name]


def check_of(record: dict[str, Any], regions: int = 2) -> dict[str, Any]:
    named = record["HealthCheckId"]["Ref"]
    found: dict[str, Any] = resources(dns.STACK, regions=regions)[named]["HealthCheckConfig"]
    return found


@pytest.mark.parametrize(
    "path", ["/", "/c/chairs", "/search", "/p/fjord-sofa", "/p/fjord-sofa/configuration"]
)
def test_a_page_has_a_second_region_to_come_from(path: str) -> None:
    assert met(path, distribution())["TargetOriginId"] == "pages"
    first, second = members("pages")
    assert first["DomainName"] != second["DomainName"]


def test_a_page_of_a_dead_region_comes_from_another_within_six_seconds() -> None:
    first, _ = members("pages")
    assert first["ConnectionAttempts"] * first["ConnectionTimeout"] <= PAGES_SECONDS


def test_a_page_of_a_region_that_hangs_comes_from_another_within_six_seconds() -> None:
    first, _ = members("pages")
    assert first["ConnectionAttempts"] * first["CustomOriginConfig"]["OriginReadTimeout"] <= PAGES_SECONDS


def test_an_error_of_a_region_is_no_answer_while_there_is_another_region() -> None:
    assert {500, 502, 503, 504} <= set(group("pages")["FailoverCriteria"]["StatusCodes"]["Items"])


def test_no_error_is_repeated_from_the_cache_after_the_region_is_back() -> None:
    kept = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in distribution()["CustomErrorResponses"]}
    assert {code: kept[code] for code in (500, 502, 503, 504)} == dict.fromkeys((500, 502, 503, 504), 0)


def test_a_rendition_that_one_bucket_lacks_comes_from_the_other() -> None:
    statuses = set(group("renditions")["FailoverCriteria"]["StatusCodes"]["Items"])
    assert {403, 404, 500, 502, 503, 504} <= statuses
    first, second = members("renditions")
    assert first["DomainName"] != second["DomainName"]
    assert first["ConnectionAttempts"] * first["ConnectionTimeout"] <= PAGES_SECONDS


def test_what_changes_something_goes_to_the_nearest_healthy_region() -> None:
    target = met("/cart/lines", distribution())["TargetOriginId"]
    assert source(target)["DomainName"] == origin.host(DOMAIN)


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_a_dead_region_is_noticed_within_thirty_seconds(regions: int) -> None:
    for record in records(origin.host(DOMAIN), regions):
        check = check_of(record, regions)
        assert check["RequestInterval"] * check["FailureThreshold"] <= DETECTION_SECONDS


@pytest.mark.parametrize("regions", [2, 3])
def test_writes_reach_another_region_within_forty_seconds(regions: int) -> None:
    for record in records(origin.host(DOMAIN), regions):
        check = check_of(record, regions)
        sum_ = check["RequestInterval"] * check["FailureThreshold"] + int(record["TTL"])
        assert sum_ <= WRITES_SECONDS


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_every_region_serves_who_is_near_it(regions: int) -> None:
    serving = {
        record["Region"]: record["ResourceRecords"][0]["Ref"]
        for record in records(origin.host(DOMAIN), regions)
    }
    assert serving == {region: f"LoadBalancer{origin.title(region)}" for region in REGIONS[:regions]}


@pytest.mark.parametrize("regions", [2, 3])
def test_every_region_has_another_one_that_stands_in_for_it(regions: int) -> None:
    for record in records(origin.next_host(DOMAIN), regions):
        assert record["ResourceRecords"][0]["Ref"] != f"LoadBalancer{origin.title(record['Region'])}"
    taken_over = {record["Region"] for record in records(origin.next_host(DOMAIN), regions)}
    assert taken_over == set(REGIONS[:regions])


@pytest.mark.parametrize("regions", [2, 3])
def test_a_record_is_judged_by_the_health_of_the_region_that_it_points_to(regions: int) -> None:
    for name in (origin.host(DOMAIN), origin.next_host(DOMAIN)):
        for record in records(name, regions):
            place = record["ResourceRecords"][0]["Ref"].removeprefix("LoadBalancer")
            asked = check_of(record, regions)["FullyQualifiedDomainName"]
            assert place == origin.title(asked.removesuffix(f".origin.{DOMAIN}"))


def test_the_check_asks_over_tls_under_a_name_that_the_region_has_a_certificate_for() -> None:
    for at, region in enumerate(REGIONS[:2]):
        certificate = resources(certificates.STACK, at=at)["Certificate"]
        names = {certificate["DomainName"], *certificate["SubjectAlternativeNames"]}
        check = resources(dns.STACK)[f"Health{origin.title(region)}"]["HealthCheckConfig"]
        assert (check["Type"], check["EnableSNI"], check["ResourcePath"]) == ("HTTPS", True, HEALTH_PATH)
        assert check["FullyQualifiedDomainName"] in names


def test_the_check_asks_for_something_that_the_shop_answers() -> None:
    assert HEALTH_PATH in {path for _, path in routes()}


def test_each_name_that_cloudfront_asks_is_in_every_regions_certificate() -> None:
    asked = {item["DomainName"] for item in distribution()["Origins"] if "CustomOriginConfig" in item} | {
        DOMAIN
    }
    for at in range(2):
        certificate = resources(certificates.STACK, at=at)["Certificate"]
        assert asked <= {certificate["DomainName"], *certificate["SubjectAlternativeNames"]}


def test_a_region_can_be_taken_out_by_hand_wherever_it_serves() -> None:
    serving = {
        name: resource
        for name, resource in template(dns.STACK).to_dict()["Resources"].items()
        if "Region" in resource.get("Properties", {})
    }
    assert len(serving) == 4
    for name, resource in serving.items():
        place = resource["Properties"]["ResourceRecords"][0]["Ref"].removeprefix("LoadBalancer")
        assert resource["Condition"] == f"Serves{place}", name
