"""DynamoDB tables: each write is paid in each region that has a replica."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.load import Load
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.cost.prices import prices
from troposphere_stacks.deployment import StackError

SERVICE = "DynamoDB"


@dataclass(frozen=True, slots=True)
class Use:
    """Write and read units that one region's shoppers and workers use in a month, and GB that lie there."""

    writes: float
    reads: float
    gigabytes: float


def table(resource: Resource, place: Place) -> Iterable[Line]:
    """A global table, in all regions of its replicas."""
    suffix = str(resource.properties["TableName"]).split("-", 2)[2]
    if suffix not in USES:
        raise StackError(f"nobody knows how the table {suffix} is used: add it to cost/meters/tables.py")
    use = USES[suffix](place.load)
    replicas = resource.properties["Replicas"]
    for replica in replicas:
        yield from _replica(replica["Region"], use, len(replicas), place)


def _replica(region: str, use: Use, replicas: int, place: Place) -> Iterable[Line]:
    def line(what: str, quantity: float, price: str) -> Line:
        return Line(SERVICE, region, what, quantity, prices(region)(SERVICE.lower(), price))

    everywhere = use.gigabytes * replicas
    yield line("writes, million", use.writes * replicas / 1e6, "writes_million")
    yield line("reads, million", use.reads / 1e6, "reads_million")
    yield line("storage GB", everywhere, "gb_month")
    yield line("going back in time, GB", everywhere, "recovery_gb_month")
    if replicas > 1:
        sent = use.writes * (replicas - 1) / 1e6
        price = place.prices("network", "regions_gb")
        yield Line("Between regions", region, "table writes, GB", sent, price)


def _rounds(load: Load) -> float:
    """Jobs of the render workers: a model and its turntable, and looks."""
    return 2 * load.models + load.new_looks


def _products(load: Load) -> Use:
    # A change of the catalog reads all of it anew: a unit for two products of 2 kB each.
    rebuilding = 3 * load.models * load.kept_models / 4
    return Use(3 * load.models, rebuilding + load.catalog_reads, 0.5)


def _sessions(load: Load) -> Use:
    writes = 3 * load.sign_ins + load.additions / 2
    return Use(writes, load.personal + load.views * load.habits.known, writes * 2e-6)


def _jobs(load: Load) -> Use:
    # A job's steps and heartbeats, each written to the table and one or two of its indexes.
    return Use(60 * _rounds(load), 60 * _rounds(load), _rounds(load) * 4e-6)


USES: dict[str, Callable[[Load], Use]] = {
    "products": _products,
    "categories": lambda load: Use(10, 3 * load.models, 0.01),
    "assets": lambda load: Use(30 * load.models, 200 * load.models, load.kept_models * 3e-6),
    "jobs": _jobs,
    "job-owners": lambda load: Use(_rounds(load), _rounds(load), 0.01),
    "carts": lambda load: Use(3 * load.additions, 2 * load.personal, load.additions * 3e-6),
    "in-carts": lambda load: Use(3 * load.additions, load.additions, load.additions * 1e-6),
    "cart-reminders": lambda load: Use(load.sign_ins / 10, load.additions, 0.01),
    "sessions": _sessions,
}
