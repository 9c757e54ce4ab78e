"""Who may take roles and use what policies guard: names that IAM knows, in every template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.stacks.sets import ENVIRONMENTS, built


def services(value: Any) -> Iterator[str]:
    """The services that any policy below ``value`` names as principals."""
    if isinstance(value, dict):
        named = value.get("Principal")
        if isinstance(named, dict) and "Service" in named:
            said = named["Service"]
            for each in said if isinstance(said, list) else [said]:
                yield each["Fn::Sub"] if isinstance(each, dict) else each
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from services(part)


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_iam_knows_every_service_that_a_policy_names(env: str) -> None:
    named = {name for entry in built(env).values() for name in services(entry.template)}
    unknown = {name for name in named if not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", name)}
    assert {"ec2.amazonaws.com", "monitoring.rds.amazonaws.com"} <= named
    assert unknown == {"logs.${AWS::Region}.${AWS::URLSuffix}"}
