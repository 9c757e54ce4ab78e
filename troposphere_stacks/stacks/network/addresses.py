"""The addresses of a region's network: 10.N.0.0/16, a third for each tier, an equal part for each zone."""

from __future__ import annotations

from dataclasses import dataclass

from troposphere_stacks.deployment import Parameters

ZONES = (1, 2, 3)
DATABASE, CACHE, WEB, HTTPS = 5432, 6379, 8000, 443
"""TCP ports."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """IPv4 ranges of the network with the second octet ``octet``."""

    octet: int

    @property
    def everything(self) -> str:
        return f"10.{self.octet}.0.0/16"

    @property
    def app(self) -> str:
        """All app subnets of the three zones, and a fourth part that is free."""
        return f"10.{self.octet}.64.0/18"

    @property
    def data(self) -> str:
        """All data subnets."""
        return f"10.{self.octet}.128.0/20"

    def subnet(self, tier: str, zone: int) -> str:
        """One subnet; the app's are large (4,091 machines), for each worker and function has an address."""
        if tier == "App":
            return f"10.{self.octet}.{64 + 16 * (zone - 1)}.0/20"
        return f"10.{self.octet}.{(128 if tier == 'Data' else 0) + 4 * (zone - 1)}.0/22"


def of(parameters: Parameters, region: str | None = None) -> Addresses:
    """The addresses of the stack's own region, or of another."""
    return Addresses(parameters.network(region))


def title(region: str) -> str:
    """A region's name as part of logical names: ``EuWest1``."""
    return region.title().replace("-", "")
