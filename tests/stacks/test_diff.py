"""``diff``: what a change does to what runs, and that replacements are seen and followed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from troposphere_stacks.__main__ import main
from troposphere_stacks.diff.built import Built
from troposphere_stacks.diff.compare import Change, compare
from troposphere_stacks.diff.replacing import Effect, effect
from troposphere_stacks.diff.report import report

HERE, APP = ("eu-west-1", "storefront-network"), ("eu-west-1", "storefront-app")
Resources = dict[str, dict[str, Any]]


def resource(kind: str, policy: str = "", **properties: object) -> dict[str, Any]:
    made: dict[str, Any] = {"Type": f"AWS::{kind}", "Properties": properties}
    return made | ({"UpdateReplacePolicy": policy, "DeletionPolicy": policy} if policy else {})


def built(network: Resources, app: Resources | None = None) -> Built:
    """A network whose VPC an app stack may need."""
    outputs = {"VpcId": {"Value": {"Ref": "Vpc"}}}
    templates = {HERE: {"Resources": network, "Outputs": outputs}, APP: {"Resources": app or {}}}
    return Built(templates, {HERE: {}, APP: {"VpcId": (*HERE, "VpcId")}})


def changes(old: Resources, new: Resources, app: Resources | None = None) -> dict[str, Change]:
    return {key[2]: change for key, change in compare(built(old, app), built(new, app)).items()}


def vpc(cidr: str = "10.0.0.0/16", **more: object) -> dict[str, Any]:
    return resource("EC2::VPC", CidrBlock=cidr, **more)


def test_nothing_changed_is_said() -> None:
    assert [line.plain for line in report(built({"Vpc": vpc()}), built({"Vpc": vpc()}))] == [
        "Nothing would change."
    ]


def test_the_order_of_tags_is_no_change() -> None:
    tags = [{"Key": "Name", "Value": "a"}, {"Key": "Stack", "Value": "b"}]
    assert not changes({"Vpc": vpc(Tags=tags)}, {"Vpc": vpc(Tags=tags[::-1])})


def test_what_can_be_changed_in_place_is() -> None:
    [change] = changes({"Vpc": vpc()}, {"Vpc": vpc(EnableDnsSupport=True)}).values()
    assert (change.verb, change.details) == ("changed", ["EnableDnsSupport: nothing → True"])


def test_of_a_list_only_what_it_gains_and_loses_is_said() -> None:
    old, new = (resource("SNS::TopicPolicy", Topics=topics) for topics in (["a", "b", "c"], ["a", "d"]))
    [change] = changes({"Policy": old}, {"Policy": new}).values()
    assert change.details == ["Topics[-] b", "Topics[-] c", "Topics[+] d"]


def test_long_values_are_shown_where_they_part() -> None:
    old, new = (vpc(UserData=f"{'same ' * 40}{end}") for end in ("old", "new"))
    [change] = changes({"Vpc": old}, {"Vpc": new}).values()
    assert change.details == ["UserData: … same same same old → … same same same new"]


def test_a_fixed_property_replaces() -> None:
    [change] = changes({"Vpc": vpc()}, {"Vpc": vpc("10.1.0.0/16")}).values()
    assert (change.verb, change.details) == ("replaced", ["CidrBlock: 10.0.0.0/16 → 10.1.0.0/16"])


def test_another_type_under_the_same_name_replaces() -> None:
    old, new = resource("S3::Bucket", "Retain"), resource("SQS::Queue")
    [change] = changes({"Box": old}, {"Box": new}).values()
    assert (change.verb, change.fate) == ("replaced", "the old one stays, without a stack")


def test_a_replacement_is_followed_to_whatever_names_it() -> None:
    subnet = resource("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24")
    table = resource("EC2::Route", RouteTableId="rtb-1", GatewayId={"Fn::GetAtt": ["Subnet", "X"]})
    found = changes(
        {"Vpc": vpc(), "Subnet": subnet, "Route": table},
        {"Vpc": vpc("10.1.0.0/16"), "Subnet": subnet, "Route": table},
    )
    assert {name: change.verb for name, change in found.items()} == {
        "Vpc": "replaced",
        "Subnet": "replaced",
        "Route": "changed",
    }


def test_a_replacement_is_followed_into_other_stacks() -> None:
    group = resource("EC2::SecurityGroup", VpcId={"Ref": "VpcId"}, GroupDescription="Web")
    found = changes({"Vpc": vpc()}, {"Vpc": vpc("10.1.0.0/16")}, {"Group": group})
    assert (found["Group"].verb, found["Group"].details) == ("replaced", ["VpcId follows Vpc"])


def test_removed_data_is_called_lost_unless_it_is_kept() -> None:
    gone = {"Lost": resource("DynamoDB::GlobalTable"), "Kept": resource("S3::Bucket", "Retain")}
    text = "\n".join(line.plain for line in report(built(gone), built({})))
    assert "removed  Lost (DynamoDB::GlobalTable) — WHAT IS IN IT IS LOST" in text
    assert "removed  Kept (S3::Bucket) — the old one stays, without a stack" in text


def test_network_and_data_come_first() -> None:
    new = {"Role": resource("IAM::Role"), "Key": resource("KMS::Key"), "Vpc": vpc()}
    lines = [line.plain.strip() for line in report(built({}), built(new))]
    assert [line for line in lines if line in ("Network", "Data", "Everything else")] == [
        "Network",
        "Data",
        "Everything else",
    ]


def test_regions_in_which_the_same_happens_share_their_lines() -> None:
    places = [("eu-west-1", "storefront-network"), ("us-east-1", "storefront-network")]
    before = Built({place: {"Resources": {}} for place in places}, {place: {} for place in places})
    after = Built({place: {"Resources": {"Vpc": vpc()}} for place in places}, before.needs)
    lines = [line.plain for line in report(before, after)]
    assert lines[-2:] == ["  storefront-network in eu-west-1, us-east-1", "    + added    Vpc (EC2::VPC)"]


def test_a_new_stack_is_told_in_one_line() -> None:
    before, after = built({"Vpc": vpc()}), built({"Vpc": vpc()})
    place = ("eu-west-1", "storefront-queue")
    queues = {name: resource("SQS::Queue") for name in ("Jobs", "DeadJobs")}
    more = Built(after.templates | {place: {"Resources": queues}}, after.needs | {place: {}})
    assert [line.plain for line in report(before, more)][-2:] == [
        "  storefront-queue in eu-west-1",
        "    + new      2 Queue",
    ]


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("AWS::RDS::DBCluster", ("KmsKeyId",), Effect.REPLACED),
        ("AWS::RDS::DBCluster", ("BackupRetentionPeriod",), Effect.CHANGED),
        ("AWS::RDS::DBCluster", ("MasterUsername",), Effect.MAYBE_REPLACED),
        ("Custom::Thing", ("Anything",), Effect.CHANGED),
    ],
)
def test_effects_are_those_of_the_schemas(kind: str, path: tuple[str, ...], expected: Effect) -> None:
    assert effect(kind, path) == expected


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with today's stacks in its only commit, and another network in its working tree."""
    folder = tmp_path_factory.mktemp("checkout")
    root = Path(__file__).parents[2]
    for part in ("troposphere_stacks", "storefront"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("vendor", "__pycache__"))
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "Deployed"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    addresses = folder / "troposphere_stacks/stacks/network/addresses.py"
    addresses.write_text(addresses.read_text().replace("10.{self.octet}", "172.{self.octet}"))
    return folder


@pytest.mark.slow
def test_diff_tells_what_another_range_of_addresses_would_do(checkout: Path) -> None:
    command = [sys.executable, "-m", "troposphere_stacks", "diff", "HEAD", "--regions", "eu-west-1"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    assert "! replaced Vpc (EC2::VPC)" in done.stdout
    assert "CidrBlock: 10.36.0.0/16 → 172.36.0.0/16" in done.stdout
    assert "! replaced DatabaseGroup (EC2::SecurityGroup)" in done.stdout


@pytest.mark.parametrize(
    ("revision", "says"), [("no-such-tag", "git has no stacks"), ("-x", "expected a git")]
)
def test_a_revision_that_is_none_is_refused(
    revision: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "--regions", "eu-west-1", "--", revision]) == 2
    assert says in capsys.readouterr().err
