"""What is deployed: an environment, in some regions, under a domain."""

from __future__ import annotations

from dataclasses import dataclass

GLOBAL_REGION = "us-east-1"
"""Where CloudFront's certificate and firewall, Route 53's metrics, bills and Trusted Advisor's events are."""

REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1",
    "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "eu-south-1",
    "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
)  # fmt: skip
"""Regions with three availability zones, in an order that must not change: networks' addresses follow it."""


class StackError(ValueError):
    """A deployment or template that can't be; the message says what was expected and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How many machines a group has, and what they are; ``on_demand`` of them are never Spot."""

    minimum: int
    maximum: int
    on_demand: int
    spot_share: int  # percent of what is above ``on_demand``
    types: tuple[str, ...]  # of one CPU architecture, that of the machine image


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The sizes, periods (days) and flags of one environment."""

    name: str
    position: int  # of the environment's networks among those of a region
    log_days: int
    trail_days: int
    backup_days: int
    protected: bool  # deletion protection, and data that outlives its stack
    nat_per_zone: bool
    interface_endpoints: bool
    web: Fleet
    render: Fleet
    readers: int  # Aurora instances beside the writer
    capacity_units: tuple[float, float]  # Aurora Serverless v2, lowest and highest
    cache_type: str
    cache_replicas: int

    @property
    def spread(self) -> bool:
        """Whether each tier survives the loss of an availability zone."""
        return self.nat_per_zone


_GRAVITON = ("m7g.large", "m6g.large", "c7g.large", "c6g.large", "r7g.large", "r6g.large")
_RENDERERS = ("c7i.2xlarge", "c6i.2xlarge", "c6a.2xlarge", "m7i.2xlarge", "m6i.2xlarge", "m6a.2xlarge")
"""x86: Embree, which casts the rays of pictures, has no Python package for Graviton."""
_SMALL = ("t4g.medium", "m7g.medium", "m6g.medium", "c7g.large")

ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment(
            name="prod", position=0, log_days=365, trail_days=2557, backup_days=35, protected=True,
            nat_per_zone=True, interface_endpoints=True,
            web=Fleet(minimum=3, maximum=24, on_demand=3, spot_share=50, types=_GRAVITON),
            render=Fleet(minimum=1, maximum=20, on_demand=1, spot_share=100, types=_RENDERERS),
            readers=2, capacity_units=(1.0, 32.0), cache_type="cache.t4g.small", cache_replicas=1,
        ),
        Environment(
            name="staging", position=1, log_days=90, trail_days=365, backup_days=7, protected=True,
            nat_per_zone=True, interface_endpoints=False,
            web=Fleet(minimum=3, maximum=6, on_demand=3, spot_share=100, types=_GRAVITON),
            render=Fleet(minimum=1, maximum=3, on_demand=1, spot_share=100, types=_RENDERERS),
            readers=1, capacity_units=(0.5, 8.0), cache_type="cache.t4g.small", cache_replicas=1,
        ),
        Environment(
            name="dev", position=2, log_days=30, trail_days=90, backup_days=1, protected=False,
            nat_per_zone=False, interface_endpoints=False,
            web=Fleet(minimum=1, maximum=2, on_demand=1, spot_share=100, types=_SMALL),
            render=Fleet(minimum=1, maximum=2, on_demand=1, spot_share=100, types=_RENDERERS),
            readers=0, capacity_units=(0.5, 2.0), cache_type="cache.t4g.micro", cache_replicas=0,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deployment:
    """An environment in regions; the first is the primary one, where single writers are."""

    env: Environment
    regions: tuple[str, ...]
    domain: str

    @property
    def primary(self) -> str:
        return self.regions[0]

    @property
    def prefix(self) -> str:
        """What the names of stacks begin with: ``storefront``, in prod alone without the environment."""
        return "storefront" if self.env.name == "prod" else f"storefront-{self.env.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What the builder of a template gets to know: the deployment, and where this stack is."""

    deployment: Deployment
    region: str

    @property
    def env(self) -> Environment:
        return self.deployment.env

    @property
    def domain(self) -> str:
        return self.deployment.domain

    @property
    def regions(self) -> tuple[str, ...]:
        return self.deployment.regions

    @property
    def first(self) -> str:
        """The primary region."""
        return self.deployment.primary

    @property
    def primary(self) -> bool:
        """Whether this stack is in the primary region."""
        return self.region == self.first

    @property
    def others(self) -> tuple[str, ...]:
        """The deployment's regions without this one."""
        return tuple(region for region in self.regions if region != self.region)

    def name(self, part: str) -> str:
        """A physical name for the few resources that need one: ``storefront-prod-PART``."""
        return f"storefront-{self.env.name}-{part}"

    def network(self, region: str | None = None) -> int:
        """The second octet of a region's network 10.N.0.0/16: no two networks of the shop overlap."""
        return 16 + 4 * REGIONS.index(region or self.region) + self.env.position


def deployment(env: str, regions: str, domain: str) -> Deployment:
    """A deployment from the words of a command line. Raises :class:`StackError`."""
    if env not in ENVIRONMENTS:
        raise StackError(f"--env must be one of {', '.join(ENVIRONMENTS)}, not {env!r}")
    places = tuple(region.strip() for region in regions.split(","))
    for region in places:
        if region not in REGIONS:
            raise StackError(f"--regions: {region!r} is not one of {', '.join(REGIONS)}")
    if len(set(places)) < len(places):
        raise StackError(f"--regions names a region twice: {regions}")
    if "." not in domain or domain != domain.lower().strip(".") or "/" in domain:
        raise StackError(f"--domain must be a bare host name such as shop.example.com, not {domain!r}")
    return Deployment(ENVIRONMENTS[env], places, domain)
