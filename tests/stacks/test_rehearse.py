"""The rehearsal brings two regions up, changes them and takes them away, and says what of it was real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from troposphere import sqs

from tests.stacks.sets import REGIONS, built
from troposphere_stacks.__main__ import main
from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.rollout import Done
from troposphere_stacks.commands import rehearse as command
from troposphere_stacks.deployment import Parameters
from troposphere_stacks.rehearse.emulator import emulator
from troposphere_stacks.rehearse.rehearsal import Rehearsed, rehearse
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks import STACKS

pytestmark = pytest.mark.slow
BOTH = REGIONS[:2]


@dataclass(slots=True)
class Watched:
    """A rehearsal, and what the emulator had to show while everything stood and afterwards."""

    steps: dict[str, list[str]] = field(default_factory=dict)
    standing: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    done: Rehearsed = field(init=False)


def counted(account: Account) -> Counter[str]:
    """Resources of a few types, asked of the services themselves."""
    found: Counter[str] = Counter()
    for region in BOTH:
        ec2, queues = account.client("ec2", region), account.client("sqs", region)
        ours = [{"Name": "tag:Project", "Values": ["storefront"]}]
        found["AWS::EC2::VPC"] += len(ec2.describe_vpcs(Filters=ours)["Vpcs"])
        found["AWS::EC2::NatGateway"] += len(ec2.describe_nat_gateways()["NatGateways"])
        found["AWS::SQS::Queue"] += len(queues.list_queues().get("QueueUrls", ()))
    return found


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    entries, seen = list(built().values()), Watched()
    types = [str(each["Type"]) for entry in entries for each in entry.template["Resources"].values()]
    with emulator(types) as running:
        account = Account(running.endpoint)

        def say(step: str, done: Done) -> None:
            seen.steps.setdefault(step, []).append(done.entry.key)
            if step == "update" and done.entry.key == entries[-1].key:
                seen.standing = counted(account)

        seen.done = rehearse(entries, running, say)
        for region in BOTH:
            stacks = account.formation(region).describe_stacks()["Stacks"]
            seen.left += [each["StackName"] for each in stacks]
        yield seen


def test_every_stack_of_two_regions_is_created_changed_and_deleted(watched: Watched) -> None:
    keys = list(built())
    assert list(dict.fromkeys(watched.steps["create"])) == keys
    assert watched.steps["update"][: len(keys)] == keys
    assert watched.steps["delete"] == keys[::-1]
    assert watched.done.stacks == len(keys)


def test_nothing_is_left(watched: Watched) -> None:
    assert watched.left == []
    assert list(watched.done.left) == []


def test_what_is_called_real_is_in_the_emulator_and_what_was_accepted_is_not(watched: Watched) -> None:
    real, accepted = watched.done.real, watched.done.accepted
    assert real["AWS::EC2::VPC"] == watched.standing["AWS::EC2::VPC"] == len(BOTH)
    assert real["AWS::SQS::Queue"] == watched.standing["AWS::SQS::Queue"] > 0
    assert accepted["AWS::EC2::NatGateway"] > 0
    assert watched.standing["AWS::EC2::NatGateway"] == 0


def test_each_resource_is_counted_once_as_real_or_as_accepted(watched: Watched) -> None:
    types = Counter(
        str(each["Type"]) for entry in built().values() for each in entry.template["Resources"].values()
    )
    assert watched.done.real + watched.done.accepted == types


def some(*names: str) -> list[Stack]:
    return [stack for stack in STACKS if stack.name in names]


def test_the_command_names_what_was_only_accepted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "STACKS", some("foundation", "network"))
    assert main(["rehearse", "--env", "dev", "--regions", ",".join(BOTH)]) == 0
    said = capsys.readouterr().out
    assert "EC2::NatGateway × 2" in said.partition("only accepted: ")[2]
    assert said.splitlines()[-1].endswith("stacks were created, updated and deleted; nothing is left")


def _misnamed(_: Parameters) -> StackTemplate:
    template = StackTemplate("A plain queue with the name of a FIFO queue, which AWS refuses")
    template.add_resource(sqs.Queue("Letters", QueueName="letters.fifo"))
    return template


def test_a_stack_that_fails_is_named_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "STACKS", [*some("foundation"), Stack("post", _misnamed, Where.PRIMARY)])
    assert main(["rehearse", "--regions", "us-east-1"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "troposphere_stacks: us-east-1:post failed: Letters: Can only include alphanumeric"
    )
