"""What a web server may do, and nothing else: each statement names whose call needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import Statement
from troposphere_stacks.release import rights
from troposphere_stacks.release.environment import WEB
from troposphere_stacks.stack import StackTemplate


def grants(template: StackTemplate, parameters: Parameters) -> Mapping[str, Sequence[Statement]]:
    """Policies by name."""
    return {
        "shop": rights.of(template, parameters, WEB),
        "machine": rights.of_machine(template, parameters, "web"),
    }
