"""The set as a whole: who needs what of whom, in which order, and what is refused."""

from __future__ import annotations

import json

import pytest
from troposphere import Ref
from troposphere.sns import Topic

from tests.stacks.sets import ENVIRONMENTS, built
from troposphere_stacks.deployment import Parameters, StackError, deployment
from troposphere_stacks.manifest import Entry, resolve
from troposphere_stacks.stack import Stack, StackTemplate, Where

TWO = deployment("dev", "us-east-1,eu-west-1", "shop.example.com")


def stack(name: str, *sources: str, where: Where = Where.EVERY, replicated: bool = False) -> Stack:
    """A stack that needs ``sources``, uses them, and gives ``Name``."""

    def build(_: Parameters) -> StackTemplate:
        template = StackTemplate(name)
        for position, source in enumerate(sources):
            need = template.need(f"Need{position}", source)
            template.add_resource(Topic(f"Topic{position}", DisplayName=need))
        template.add_resource(Topic("Topic"))
        template.give("Name", Ref("Topic"), "A name")
        return template

    return Stack(name, build, where, replicated)


def order(*stacks: Stack) -> list[str]:
    return [entry.key for entry in resolve(TWO, stacks)]


def test_makers_come_before_users() -> None:
    assert order(stack("user", "maker.Name"), stack("maker")) == [
        "us-east-1:maker",
        "us-east-1:user",
        "eu-west-1:maker",
        "eu-west-1:user",
    ]


def test_a_need_may_be_of_another_region() -> None:
    entries = resolve(TWO, [stack("user", "us-east-1:maker.Name"), stack("maker", where=Where.PRIMARY)])
    assert [entry.key for entry in entries] == ["us-east-1:maker", "us-east-1:user", "eu-west-1:user"]
    assert entries[-1].needs == {"Need0": "us-east-1:maker.Name"}


def test_what_is_replicated_can_be_needed_where_its_stack_is_not() -> None:
    maker = stack("maker", where=Where.PRIMARY, replicated=True)
    assert order(stack("user", "maker.Name"), maker)[0] == "us-east-1:maker"


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(StackError, match=r"circle.*us-east-1:egg.*us-east-1:hen"):
        order(stack("egg", "hen.Name"), stack("hen", "egg.Name"))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("maker.Size", "maker gives no Size"),
        ("taker.Name", "us-east-1 has no stack taker"),
        ("ap-south-1:maker.Name", "ap-south-1 has no stack maker"),
        ("maker", r"expected stack\.Output"),
    ],
)
def test_a_need_that_nobody_meets_is_refused(source: str, says: str) -> None:
    with pytest.raises(StackError, match=says):
        order(stack("user", source), stack("maker"))


def test_a_parameter_that_nothing_uses_is_refused() -> None:
    def build(_: Parameters) -> StackTemplate:
        template = StackTemplate("idle")
        template.static("Idle", "1", "Nothing asks for it")
        template.add_resource(Topic("Topic"))
        return template

    with pytest.raises(StackError, match="parameter Idle that nothing uses"):
        order(Stack("idle", build, Where.EVERY))


def test_a_template_larger_than_cloudformation_takes_is_refused() -> None:
    def build(_: Parameters) -> StackTemplate:
        template = StackTemplate("large")
        template.add_resource(Topic("Topic", DisplayName="x" * 1_000_001))
        return template

    with pytest.raises(StackError, match="split it"):
        order(Stack("large", build, Where.EVERY))


def test_an_entry_is_described_as_the_deploy_tool_reads_it() -> None:
    entry: Entry = resolve(TWO, [stack("maker"), stack("user", "maker.Name")])[2]
    assert json.loads(json.dumps(entry.described())) == {
        "stack": "storefront-dev-user",
        "region": "us-east-1",
        "file": "us-east-1/storefront-dev-user.json",
        "needs": {"Need0": "us-east-1:maker.Name"},
        "static": {},
        "resources": 2,
        "bytes": len(entry.body),
    }


@pytest.mark.parametrize("regions", [1, 2, 3])
@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_deployment_resolves(env: str, regions: int) -> None:
    entries = list(built(env, regions).values())
    done: set[str] = set()
    for entry in entries:
        makers = {source.rsplit(".", 1)[0] for source in entry.needs.values()}
        assert makers & {each.key for each in entries} <= done, entry.key
        done.add(entry.key)


def test_without_us_east_1_the_global_stacks_still_have_a_foundation_there() -> None:
    pair = deployment("prod", "eu-west-1,eu-central-1", "shop.example.com")
    keys = [entry.key for entry in resolve(pair, [stack("foundation", where=Where.EVERY_AND_GLOBAL)])]
    assert keys == ["eu-west-1:foundation", "eu-central-1:foundation", "us-east-1:foundation"]
