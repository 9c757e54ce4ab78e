"""A stack: its name, where it is deployed, and the function that builds its template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from troposphere import Output, Parameter, Ref, Template

from troposphere_stacks.deployment import GLOBAL_REGION, Deployment, Parameters


class Where(Enum):
    """The regions of a deployment that have the stack."""

    EVERY = "every region"
    PRIMARY = "the first region"
    SECONDARIES = "every region but the first"
    ALL_BUT_LAST = "every region but the last"
    GLOBAL = "us-east-1, whatever the regions"
    EVERY_AND_GLOBAL = "every region, and us-east-1"

    def regions(self, deployment: Deployment) -> tuple[str, ...]:
        """The regions, those of the deployment first and in its order."""
        everywhere = deployment.regions
        return {
            Where.EVERY: everywhere,
            Where.PRIMARY: everywhere[:1],
            Where.SECONDARIES: everywhere[1:],
            Where.ALL_BUT_LAST: everywhere[:-1],
            Where.GLOBAL: (GLOBAL_REGION,),
            Where.EVERY_AND_GLOBAL: tuple(dict.fromkeys((*everywhere, GLOBAL_REGION))),
        }[self]


# troposphere has no types: its classes are Any here; only kit/fixes subclasses them, too.
class StackTemplate(Template):  # type: ignore[misc]
    """A template that knows where its parameters come from. Unused ones are refused later."""

    def __init__(self, description: str) -> None:
        super().__init__(Description=description)
        self.set_version("2010-09-09")
        self.needs: dict[str, str] = {}
        self.statics: dict[str, str] = {}

    def need(self, parameter: str, source: str, type: str = "String") -> Any:
        """A value that another stack gives. The same parameter may be needed twice.

        ``source`` is ``stack.Output`` (of this region) or ``region:stack.Output``.
        """
        if self.needs.setdefault(parameter, source) != source:
            raise ValueError(f"parameter {parameter} is {self.needs[parameter]} already, not {source}")
        if parameter not in self.parameters:
            self.add_parameter(Parameter(parameter, Type=type, Description=f"From {source}"))
        return Ref(parameter)

    def static(
        self, parameter: str, value: str, description: str, type: str = "String", **options: object
    ) -> Any:
        """A value that the operator may change in the manifest; ``options``: NoEcho=True, AllowedValues=…

        For ``prefix-list:NAME`` the deploy tool looks up the id of AWS's list of addresses in the region.
        """
        self.statics[parameter] = value
        self.add_parameter(Parameter(parameter, Type=type, Description=description, **options))
        return Ref(parameter)

    def give(self, name: str, value: object, description: str) -> None:
        """An output, for the needs of other stacks and for the operator."""
        self.add_output(Output(name, Description=description, Value=value))


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of the set.

    ``replicated`` says that what it makes has replicas in all regions: a need of ``REGION:stack.Output`` in a
    region where the stack itself isn't is answered by the deploy tool, which asks the service there.
    """

    name: str
    build: Callable[[Parameters], StackTemplate]
    where: Where
    replicated: bool = False
