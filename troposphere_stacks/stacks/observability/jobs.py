"""What waits: render jobs, what follows the tables' streams, letters and money."""

from __future__ import annotations

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import Measure, Signal


def job_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:  # noqa: ARG001
    """The functions' signals."""
    return []
