"""The bill follows the templates, the prices and the habits."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from troposphere_stacks.__main__ import main
from troposphere_stacks.cost.estimate import estimate, load_of, price, savings
from troposphere_stacks.cost.habits import Habits, table
from troposphere_stacks.cost.load import Caching
from troposphere_stacks.cost.meters import METERS
from troposphere_stacks.cost.meters.free import FREE
from troposphere_stacks.cost.prices import HOURS, prices, regions
from troposphere_stacks.cost.report import estimates, text
from troposphere_stacks.cost.sizes import SIZES
from troposphere_stacks.deployment import StackError, deployment
from troposphere_stacks.manifest import Entry, resolve
from troposphere_stacks.stacks import STACKS

LAUNCH, MILLION, TEN_MILLION = SIZES
ROOT = Path(__file__).parents[2]
US = prices("us-east-1")

Change = Callable[[dict[str, Any]], object]


@cache
def built(where: str = "us-east-1", env: str = "prod") -> tuple[Entry, ...]:
    return tuple(resolve(deployment(env, where, "shop.example.com"), STACKS))


def total(entries: tuple[Entry, ...]) -> float:
    return price(entries, LAUNCH, Habits()).total


def with_change(stack: str, change: Change) -> tuple[Entry, ...]:
    """The launch size's stacks, one of them with other resources."""

    def changed(entry: Entry) -> Entry:
        if entry.name != stack:
            return entry
        template = copy.deepcopy(entry.template)
        change(template["Resources"])
        return replace(entry, template=template)

    return tuple(changed(entry) for entry in built())


def first(resources: dict[str, Any], kind: str, interface: str = "") -> str:
    return next(
        name
        for name, one in sorted(resources.items())
        if one["Type"] == kind and interface in one.get("Properties", {}).get("VpcEndpointType", "")
    )


def properties(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = resources[first(resources, kind)]["Properties"]
    return found


NODE = US("valkey", "cache.t4g.small") * HOURS
UNIT = US("aurora", "capacity_unit_hour") * HOURS

CHANGES: list[tuple[str, str, Change, float]] = [
    (
        "a third node of Valkey",
        "cache",
        lambda r: properties(r, "AWS::ElastiCache::ReplicationGroup").update(NumCacheClusters=3),
        NODE,
    ),
    (
        "another NAT gateway",
        "network",
        lambda r: r.update(Another={"Type": "AWS::EC2::NatGateway", "Properties": {}}),
        US("network", "nat_hour") * HOURS + US("network", "nat_gb") * 10,
    ),
    (
        "one interface endpoint less",
        "network",
        lambda r: r.pop(first(r, "AWS::EC2::VPCEndpoint", "Interface")),
        -US("network", "endpoint_hour") * HOURS * 3,
    ),
    (
        "an Aurora reader less",
        "database",
        lambda r: r.pop("Instance3"),
        -UNIT,
    ),
    (
        "four capacity units at least",
        "database",
        lambda r: properties(r, "AWS::RDS::DBCluster")["ServerlessV2ScalingConfiguration"].update(
            MinCapacity=4
        ),
        3 * 3 * UNIT,
    ),
    (
        "provisioned instances",
        "database",
        lambda r: [
            one["Properties"].update(DBInstanceClass="db.r8g.large")
            for one in r.values()
            if one["Type"] == "AWS::RDS::DBInstance"
        ],
        3 * (US("aurora", "db.r8g.large") * HOURS - UNIT),
    ),
    (
        "another key",
        "foundation",
        lambda r: r.update(Another={"Type": "AWS::KMS::Key", "Properties": {}}),
        US("kms", "key"),
    ),
    (
        "access logs for another century",
        "foundation",
        lambda r: r["LogBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][0].update(
            ExpirationInDays=365 * 101
        ),
        US("s3", "gb_month") * load_of(LAUNCH, Habits()).edge_requests * 0.5e-6 * 36500 / 30.4,
    ),
    (
        "another rule of the firewall",
        "edge",
        lambda r: properties(r, "AWS::WAFv2::WebACL")["Rules"].append({}),
        US("waf", "rule"),
    ),
]


@pytest.mark.parametrize(("stack", "change", "more"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_changing_a_template_changes_the_bill(stack: str, change: Change, more: float) -> None:
    # Audit counts every resource, at a few cents each.
    assert total(with_change(stack, change)) - total(built()) == pytest.approx(more, abs=0.1)


@pytest.mark.parametrize("env", ["prod", "staging", "dev"])
@pytest.mark.parametrize("where", ["us-east-1", "eu-west-1", "us-east-1,eu-west-1,us-west-2"])
def test_every_resource_is_priced(env: str, where: str) -> None:
    size = replace(LAUNCH, regions=tuple(where.split(",")))
    assert price(built(where, env), size, Habits()).total > 0


def test_a_type_that_nobody_priced_is_named() -> None:
    unknown = with_change("cache", lambda r: r.update(New={"Type": "AWS::Neptune::DBCluster"}))
    with pytest.raises(StackError, match=r"what an AWS::Neptune::DBCluster costs \(us-east-1:cache New\)"):
        total(unknown)


def test_a_kind_of_instance_without_a_price_is_named() -> None:
    def odd(resources: dict[str, Any]) -> None:
        properties(resources, "AWS::ElastiCache::ReplicationGroup").update(CacheNodeType="cache.huge")

    with pytest.raises(StackError, match=r"no price of valkey\.cache\.huge in us-east-1: add it to"):
        total(with_change("cache", odd))


def test_no_type_is_both_priced_and_free() -> None:
    assert not METERS.keys() & FREE


def test_tables_of_all_regions_price_the_same_things() -> None:
    kinds = {region: {(s, w) for s, of in prices(region).of.items() for w in of} for region in regions()}
    assert len(set(map(frozenset, kinds.values()))) == 1
    assert {"us-east-1", "eu-west-1"} <= kinds.keys()


def test_a_region_without_prices_is_named() -> None:
    with pytest.raises(StackError, match="no prices of sa-east-1; there are those of eu-west-1"):
        prices("sa-east-1")


def test_more_shoppers_cost_more_and_each_of_them_less() -> None:
    bills = [estimate(size).total for size in SIZES]
    assert bills == sorted(bills)
    assert bills[2] / TEN_MILLION.shoppers < bills[1] / MILLION.shoppers < bills[0] / LAUNCH.shoppers


def test_ireland_costs_more_than_virginia() -> None:
    here, there = built(), built("eu-west-1")
    assert price(there, replace(LAUNCH, regions=("eu-west-1",)), Habits()).total > total(here)


@pytest.mark.parametrize("habit", ["visits", "views", "previews", "card_kb", "orders"])
def test_more_of_a_habit_costs_more(habit: str) -> None:
    more = replace(Habits(), **{habit: 1.5 * getattr(Habits(), habit)})
    assert estimate(MILLION, more).total > estimate(MILLION).total


def test_bytes_of_a_view_are_those_that_the_shop_sends() -> None:
    """One visit of one page, a product whose preview is shown, to a new browser."""
    habits = replace(Habits(), visits=1, views=1, listings=0, products=1, new_browsers=1, previews=1, highs=0)
    one = replace(load_of(LAUNCH, replace(habits, standards=0)), shoppers=1)
    files = habits.poster_kb + habits.preview_kb + habits.files_kb + habits.viewer_kb
    assert one.file_gb * 1e6 == pytest.approx(files)


def test_an_edge_that_is_asked_often_answers_nearly_always() -> None:
    busy = replace(Habits(), paths=1, edges=1)
    assert load_of(replace(LAUNCH, shoppers=10**9), busy).edge_hits > 0.99
    assert load_of(LAUNCH, Habits()).edge_hits < 0.05


def test_no_hits_without_the_edge() -> None:
    assert load_of(MILLION, Habits(), Caching(edge=False)).edge_hits == 0


def test_pages_read_dynamodb_only_without_the_snapshot() -> None:
    assert load_of(MILLION, Habits()).catalog_reads == 0
    assert load_of(MILLION, Habits(), Caching(snapshot=False)).catalog_reads > 1e6


def test_each_cache_saves_and_all_of_them_save_most() -> None:
    *alone, together = savings(TEN_MILLION)
    assert all(saving.share >= 0 for saving in alone)
    assert together.share > max(saving.share for saving in alone)


def test_the_busiest_minutes_fit_into_the_groups() -> None:
    for size in SIZES:
        estimate(size)


def test_each_habit_says_where_its_figure_comes_from() -> None:
    assert all(entry.metadata["source"] for entry in table())


def test_the_report_gives_the_date_and_every_size() -> None:
    report = "\n".join(text(estimates(SIZES, Habits()), lines=True))
    assert f"list prices of {US.date}" in report
    for size in SIZES:
        assert f"{estimate(size).total:,.0f}" in report
    assert "Saved of what it would cost without" in report


def test_the_documentation_gives_todays_totals() -> None:
    lines = (ROOT / "docs/operations.md").read_text().splitlines()
    told = [line for line in lines if line.startswith("| ") and "shoppers |" in line]
    for size, line in zip(SIZES, told, strict=True):
        assert line.endswith(f"| {len(size.regions)} | {round(estimate(size).total, -2):,.0f} |"), line


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("hats=3", "--set: there is no habit 'hats'; --habits lists them"),
        ("visits=many", "--set: expected visits=NUMBER, not 'visits=many'"),
    ],
)
def test_a_bad_habit_is_refused_in_a_line(
    setting: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cost", "--set", setting]) == 2
    assert capsys.readouterr().err == f"troposphere_stacks: {said}\n"
