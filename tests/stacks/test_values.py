"""What a stack's static parameters become in a deployment."""

from __future__ import annotations

import pytest

from tests.stacks.sets import built
from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.values import Values

WITHDRAWN = ("dns", "WithdrawnRegion")


@pytest.mark.parametrize(
    ("told", "known", "wanted"),
    [
        ({}, "", ""),
        ({}, "eu-west-1", "eu-west-1"),
        ({WITHDRAWN: "us-east-1"}, "eu-west-1", "us-east-1"),
        ({WITHDRAWN: ""}, "eu-west-1", ""),
    ],
    ids=["default", "as it was", "told", "told to be nothing"],
)
def test_the_operators_word_comes_before_what_was_and_may_be_nothing(
    told: dict[tuple[str, str], str], known: str, wanted: str
) -> None:
    values = Values(Account(), {}, told)
    assert values.chosen(built()["us-east-1:dns"], "WithdrawnRegion", known) == wanted
