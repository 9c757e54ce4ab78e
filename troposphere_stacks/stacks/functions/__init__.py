"""The functions of a region: they follow carts and catalog, serve accounts, and bring the tables up."""

from __future__ import annotations

from troposphere import Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.functions import accounts, making, streams, tables


def build(parameters: Parameters) -> StackTemplate:
    """All functions, of one archive of code; the one for tables in the first region alone."""
    template = StackTemplate("Functions behind streams and the load balancer")
    making.add_code(template)
    if parameters.primary:
        tables.add(template, parameters)
    for title, name in streams.add(template, parameters).items():
        template.give(f"{title}FunctionName", name, "A function's name, in metrics")
    accounts.add(template, parameters)
    template.give("AuthenticationFunctionName", Ref("Authentication"), "A function's name, in metrics")
    template.give("AuthenticationTargetGroupArn", Ref("AuthenticationTargets"), "Accounts, for the balancer")
    return template


STACK = Stack("functions", build, Where.EVERY)
