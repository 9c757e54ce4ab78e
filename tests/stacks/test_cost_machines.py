"""How many machines a load asks for, and at which of the two prices."""

from __future__ import annotations

from typing import Any

import pytest

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.estimate import load_of
from troposphere_stacks.cost.habits import Habits
from troposphere_stacks.cost.meters.compute import group
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.cost.prices import HOURS, prices
from troposphere_stacks.cost.sizes import SIZES, Size
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry

US = prices("us-east-1")


def lines(size: Size, stack: str = "web", most: int = 24, kind: object = "m7g.large") -> dict[str, Line]:
    properties = {
        "MinSize": "3",
        "MaxSize": str(most),
        "MixedInstancesPolicy": {
            "InstancesDistribution": {"OnDemandBaseCapacity": 2, "OnDemandPercentageAboveBaseCapacity": 50},
            "LaunchTemplate": {"Overrides": [{"InstanceType": kind}, {"InstanceType": "m6g.large"}]},
        },
    }
    disk = {"BlockDeviceMappings": [{"Ebs": {"VolumeSize": 20}}]}
    template: dict[str, Any] = {
        "Resources": {
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": properties},
            "Machine": {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {"LaunchTemplateData": disk},
            },
        }
    }
    entry = Entry(stack, f"storefront-{stack}", "us-east-1", {}, {"Kind": "c7g.large"}, template, b"")
    place = Place(US, load_of(size, Habits()), size, (entry,))
    resource = Resource(entry, "Group", "AWS::AutoScaling::AutoScalingGroup", properties)
    return {line.what: line for line in group(resource, place)}


def crowd(shoppers: float) -> Size:
    return Size(
        name="a crowd",
        shoppers=shoppers,
        regions=("us-east-1",),
        models=0,
        kept_models=0,
        capacity_units=1,
        database_gb=1,
    )


def test_a_quiet_shop_runs_the_fewest_that_may_be() -> None:
    found = lines(SIZES[0])
    assert found["m7g.large on demand, hours"].quantity == 2.5 * HOURS
    assert found["m7g.large Spot, hours"].quantity == 0.5 * HOURS


def test_spot_costs_its_share_of_the_price() -> None:
    found = lines(SIZES[0])
    assert found["m7g.large on demand, hours"].price == US("ec2", "m7g.large")
    assert found["m7g.large Spot, hours"].price == US("ec2", "m7g.large") * US("spot", "share")


def test_each_machine_has_its_disk() -> None:
    assert lines(SIZES[0])["disk GB"].quantity == 3 * 20


def test_a_busy_shop_runs_more() -> None:
    busy = lines(crowd(2e9), most=1000)
    assert busy["m7g.large on demand, hours"].quantity > 3 * HOURS


def test_more_than_may_be_is_refused() -> None:
    with pytest.raises(StackError, match=r"the busiest minutes need \d+ machines of web in us-east-1"):
        lines(crowd(2e9))


def test_the_type_may_be_the_operators() -> None:
    assert "c7g.large on demand, hours" in lines(SIZES[0], kind={"Ref": "Kind"})


def test_a_type_that_is_unknown_here_is_named() -> None:
    with pytest.raises(StackError, match="us-east-1:web Group"):
        lines(SIZES[0], kind={"Fn::Sub": "${Whatever}"})


def test_the_render_tier_sends_no_letters() -> None:
    assert "thousand" in lines(SIZES[0])
    assert "thousand" not in lines(SIZES[0], stack="render")
