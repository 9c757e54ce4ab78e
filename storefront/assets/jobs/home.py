"""Jobs have a home: the region in which they were asked for. Elsewhere nobody touches them.

Global tables judge a conditional write on the version at hand, so that two regions could both claim a job.
"""

from __future__ import annotations

from collections.abc import Iterator

from pynamodb.expressions.condition import Condition

from storefront.assets.models import RUNNING, WAITING, Asset, Job, change, change_job
from storefront.web.context import shop
from storefront.web.errors import ShopError


class Elsewhere(ShopError):
    """A button for a job that another region works on; only there it can be stopped or begun anew."""

    def __init__(self, region: str) -> None:
        super().__init__(
            "Another region works on this",
            f"It is rendered in {region}. Stop it there, or wait until it has ended.",
            409,
            action_label="All renders",
            action_url="/merchant/renders",
        )


def here() -> str:
    """The region whose tables this process writes."""
    return shop().settings.dynamodb_region


def ours() -> Condition:
    """Jobs whose home this is. Those of before there were regions are everybody's: there is but one then."""
    condition: Condition = Job.region.does_not_exist() | (Job.region == here())
    return condition


def our_assets() -> Condition:
    """The same of assets."""
    condition: Condition = Asset.region.does_not_exist() | (Asset.region == here())
    return condition


def is_ours(item: Job | Asset) -> bool:
    """The same of a record at hand."""
    return item.region in (None, here())


def adopt_region(lost: str) -> tuple[int, int]:
    """Make this the home of what ``lost`` had under way: how many jobs and assets these are.

    For a region that is gone: while its workers run and can't be heard here, both regions would render.
    That is double work, not damage, since the outcome lies under its content's hash. Raises ValueError
    for the region that this is already.
    """
    if lost == here():
        raise ValueError(f"{lost} is the region of this shop already; name the one that is lost")
    return sum(map(_adopt_job, _jobs_of(lost))), sum(map(_adopt_asset, _assets_of(lost)))


def _jobs_of(region: str) -> Iterator[Job]:
    for state in (WAITING, RUNNING):
        yield from list(Job.by_state.query(state, filter_condition=Job.region == region))


def _assets_of(region: str) -> Iterator[Asset]:
    yield from Asset.scan(Asset.region == region, attributes_to_get=["asset_id"])


def _adopt_job(job: Job) -> bool:
    still = (Job.region == job.region) & Job.state.is_in(WAITING, RUNNING)
    # A new fence: should the lost region's worker be heard of again, it writes nothing.
    moved = (Job.region.set(here()), Job.state.set(WAITING), Job.fence.set(Job.fence + 1))
    return (
        change_job(job.job_id, still, *moved, Job.lease_until.remove(), Job.not_before.remove()) is not None
    )


def _adopt_asset(asset: Asset) -> bool:
    return change(asset.asset_id, Asset.asset_id.exists(), Asset.region.set(here())) is not None
