"""The render workers of a region: one machine always, Spot for the rest, as many as the queue wants."""

from __future__ import annotations

from typing import Any

from troposphere import Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import machines
from troposphere_stacks.release import rights
from troposphere_stacks.release.environment import WORKER
from troposphere_stacks.release.userdata import user_data
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.render import scaling

WARM_SECONDS, BAKE_MINUTES = 180, 5
LOGS = ("worker",)


def build(parameters: Parameters) -> StackTemplate:
    """Launch template, group with its hooks, and scaling by what waits."""
    template = StackTemplate("Render workers, as many as the queue wants")
    machines.add_logs(template, parameters, LOGS)
    grants = {
        "renders": rights.of(template, parameters, WORKER),
        "machine": rights.of_machine(template, parameters, "render"),
    }
    machines.add_role(template, grants)
    machine = machines.Machine(
        part="render",
        architecture="x86_64",
        security_group=template.need("RenderGroupId", "network.RenderGroupId"),
        user_data=user_data(template, parameters, "render", LOGS),
        gigabytes=60,
    )
    machines.add_launch(template, parameters, machine)
    stuck = scaling.add(template, parameters)
    fleet = parameters.env.render
    group = machines.add_group(
        template,
        parameters,
        "render",
        fleet,
        machines.overrides(_types(template, fleet.types)),
        hooks=[machines.drained()],
        HealthCheckType="EC2",
        DefaultInstanceWarmup=WARM_SECONDS,
        UpdatePolicy=machines.refresh(fleet, [stuck], bake_minutes=BAKE_MINUTES, warm_seconds=WARM_SECONDS),
    )
    machines.explain(group)
    template.give("RenderGroupName", Ref(machines.GROUP), "The group of render workers")
    return template


def _types(template: StackTemplate, types: tuple[str, ...]) -> list[Any]:
    """A parameter for each type: all g6, g5 and g4dn to render on GPUs."""
    return [
        template.static(
            f"InstanceType{number}",
            kind,
            "x86; with a GPU (g6.2xlarge, g5.2xlarge, …) it wants an image with driver and Chromium",
            AllowedPattern=r"[a-z0-9-]+\.[a-z0-9]+",
        )
        for number, kind in enumerate(types, 1)
    ]


STACK = Stack("render", build, Where.EVERY)
