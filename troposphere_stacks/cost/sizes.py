"""The three sizes that are priced, and what the operator sets differently in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troposphere_stacks.deployment import ENVIRONMENTS, Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """So many shoppers a month, in regions of the environment prod; ``models`` are uploaded in a month.

    ``set`` are the operator's values by parameter, for all stacks that have it.
    """

    name: str
    shoppers: float
    regions: tuple[str, ...]
    models: float
    kept_models: float
    capacity_units: float  # what a serverless Aurora instance holds in the mean, where it is one
    database_gb: float
    set: Mapping[str, str] = field(default_factory=dict)

    def deployment(self, domain: str = "shop.example.com") -> Deployment:
        return Deployment(ENVIRONMENTS["prod"], self.regions, domain)


SIZES = (
    Size(
        name="launch",
        shoppers=20_000,
        regions=("us-east-1",),
        models=100,
        kept_models=500,
        capacity_units=1.0,
        database_gb=10,
    ),
    Size(
        name="1 M shoppers",
        shoppers=1_000_000,
        regions=("us-east-1", "eu-west-1"),
        models=1_000,
        kept_models=10_000,
        capacity_units=1.5,
        database_gb=100,
    ),
    Size(
        name="10 M shoppers",
        shoppers=10_000_000,
        regions=("us-east-1", "eu-west-1", "us-west-2"),
        models=5_000,
        kept_models=50_000,
        capacity_units=4.0,
        database_gb=500,
        # Half a million orders a month keep little busy; a steady load is cheaper without Serverless.
        set={"InstanceClass": "db.r8g.large"},
    ),
)
