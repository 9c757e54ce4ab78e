"""The truth about uploads and about the work that they make for the renderers, in DynamoDB."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from storefront.stores.dynamo import Table, TableMeta, now

UPLOADING, QUEUED, READY, FAILED, CANCELLED = "uploading", "queued", "ready", "failed", "cancelled"
"""The states of an asset. READY, FAILED and CANCELLED are written together with its job's end."""

WAITING, RUNNING, DONE = "waiting", "running", "done"
"""The states of a job, besides FAILED and CANCELLED."""


class AssetsByProduct(GlobalSecondaryIndex["Asset"]):  # type: ignore[no-untyped-call]
    """A product's assets, oldest first."""

    class Meta:
        index_name = "by-product"
        projection = AllProjection()

    product_slug = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class AssetsByState(GlobalSecondaryIndex["Asset"]):  # type: ignore[no-untyped-call]
    """The newest assets, and the uploads that nobody finished."""

    class Meta:
        index_name = "by-state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    updated_at = UTCDateTimeAttribute(range_key=True)


class Asset(Table):
    """One uploaded model file and what became of it.

    ``region`` is its home (``jobs.home``): where its file lies, and who cleans up after it; ``source_gone``
    says that the file isn't kept any more. ``base`` is the key prefix of the renditions, ``manifest.json``
    lies under it once they are complete. ``unit`` and ``up`` are the merchant's answers about the file
    ("auto": find out). How far its work is stands in its job (kind "model", subject ``asset_id``).
    """

    class Meta(TableMeta):
        table_name = "assets"

    asset_id = UnicodeAttribute(hash_key=True)
    product_slug = UnicodeAttribute()
    product_type = UnicodeAttribute()
    category = UnicodeAttribute()
    filename = UnicodeAttribute()
    owner = UnicodeAttribute(default="shop")
    region = UnicodeAttribute(null=True)
    unit = UnicodeAttribute(default="auto")
    up = UnicodeAttribute(default="auto")
    source_key = UnicodeAttribute()
    source_bytes = NumberAttribute()
    source_sha256 = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default=UPLOADING)
    publish_when_ready = BooleanAttribute(default=False)
    error = UnicodeAttribute(default="")
    base = UnicodeAttribute(null=True)
    source_gone = BooleanAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()

    by_product = AssetsByProduct()
    by_state = AssetsByState()

    @property
    def working(self) -> bool:
        """Whether something still happens to it without anybody's doing."""
        return self.state == QUEUED


class JobsByState(GlobalSecondaryIndex["Job"]):  # type: ignore[no-untyped-call]
    """What waits, the most urgent first; what runs; what failed."""

    class Meta:
        index_name = "by-state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class JobsByOwner(GlobalSecondaryIndex["Job"]):  # type: ignore[no-untyped-call]
    """An owner's jobs by age. It holds little, so that a heartbeat doesn't write it too."""

    class Meta:
        index_name = "by-owner"
        projection = IncludeProjection(["state", "turn"])

    owner = UnicodeAttribute(hash_key=True)
    queued_at = UTCDateTimeAttribute(range_key=True)


class Job(Table):
    """One piece of work. It is the truth about whether it waits, who does it, and how it ended.

    ``fence`` grows with every claim, retry and cancellation: whoever works under an older one can't
    write any more. ``attempts`` counts starts that ended without a word, ``faults`` those that a store
    of ours spoilt. ``error`` is a sentence for the owner, ``reason`` the last words of what failed.
    ``region`` is its home (``jobs.home``): workers of other regions leave it alone.
    ``turn`` is how many jobs of the same owner stood before it; ``place`` sorts by
    priority, turn and age.
    """

    class Meta(TableMeta):
        table_name = "jobs"

    job_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    subject = UnicodeAttribute()
    owner = UnicodeAttribute()
    region = UnicodeAttribute(null=True)
    details = JSONAttribute(default=dict)
    state = UnicodeAttribute(default=WAITING)
    priority = NumberAttribute()
    turn = NumberAttribute(default=0)
    place = UnicodeAttribute()
    fence = NumberAttribute(default=0)
    attempts = NumberAttribute(default=0)
    faults = NumberAttribute(default=0)
    worker = UnicodeAttribute(default="")
    stage = UnicodeAttribute(default="")
    percent = NumberAttribute(default=0)
    error = UnicodeAttribute(default="")
    reason = UnicodeAttribute(default="")
    lease_until = UTCDateTimeAttribute(null=True)
    not_before = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    queued_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute(null=True)

    by_state = JobsByState()
    by_owner = JobsByOwner()

    @property
    def working(self) -> bool:
        """Whether it will go on without anybody's doing."""
        return self.state in (WAITING, RUNNING)


class JobOwner(Table):
    """When a renderer last began something for this owner: whose turn it is next."""

    class Meta(TableMeta):
        table_name = "job-owners"

    owner = UnicodeAttribute(hash_key=True)
    served_at = UTCDateTimeAttribute()


MODELS: tuple[type[Table], ...] = (Asset, Job, JobOwner)


def change(asset_id: str, condition: Condition, *actions: Any) -> Asset | None:
    """Apply the actions if the condition holds; the asset as it is then, or None where it didn't."""
    asset = Asset(asset_id)
    return asset if _changed(asset, condition, *actions, Asset.updated_at.set(now())) else None


def note(asset_id: str, condition: Condition, *actions: Any) -> bool:
    """Apply the actions if the condition holds, without making the asset one of those that changed lately."""
    return _changed(Asset(asset_id), condition, *actions)


def change_job(job_id: str, condition: Condition, *actions: Any) -> Job | None:
    """The same for a job."""
    job = Job(job_id)
    return job if _changed(job, condition, *actions, Job.updated_at.set(now())) else None


def _changed(item: Table, condition: Condition, *actions: Any) -> bool:
    try:
        item.update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
