"""The asset record: the truth about one upload and its render job, in DynamoDB."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from storefront.stores.dynamo import Table, TableMeta, now

UPLOADING, QUEUED, RUNNING, READY, FAILED = "uploading", "queued", "running", "ready", "failed"


class AssetsByProduct(GlobalSecondaryIndex["Asset"]):  # type: ignore[no-untyped-call]
    """A product's assets, oldest first."""

    class Meta:
        index_name = "by-product"
        projection = AllProjection()

    product_slug = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class AssetsByState(GlobalSecondaryIndex["Asset"]):  # type: ignore[no-untyped-call]
    """What the sweeper looks through."""

    class Meta:
        index_name = "by-state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    updated_at = UTCDateTimeAttribute(range_key=True)


class Asset(Table):
    """One uploaded model file and what became of it.

    ``fence`` grows with every claim: a worker that lost its lease can't write any more. ``base`` is
    the key prefix of the renditions, ``manifest.json`` lies under it once they are complete.
    """

    class Meta(TableMeta):
        table_name = "assets"

    asset_id = UnicodeAttribute(hash_key=True)
    product_slug = UnicodeAttribute()
    product_type = UnicodeAttribute()
    category = UnicodeAttribute()
    filename = UnicodeAttribute()
    source_key = UnicodeAttribute()
    source_bytes = NumberAttribute()
    source_sha256 = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default=UPLOADING)
    publish_when_ready = BooleanAttribute(default=False)
    stage = UnicodeAttribute(default="")
    percent = NumberAttribute(default=0)
    error = UnicodeAttribute(default="")
    fence = NumberAttribute(default=0)
    attempts = NumberAttribute(default=0)
    worker = UnicodeAttribute(default="")
    lease_until = UTCDateTimeAttribute(null=True)
    not_before = UTCDateTimeAttribute(null=True)
    base = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()

    by_product = AssetsByProduct()
    by_state = AssetsByState()

    @property
    def working(self) -> bool:
        """Whether something still happens to it without anybody's doing."""
        return self.state in (QUEUED, RUNNING)


MODELS: tuple[type[Table], ...] = (Asset,)


def change(asset_id: str, condition: Condition, *actions: Any) -> Asset | None:
    """Apply the actions if the condition holds; the asset as it is then, or None where it didn't.

    The one way in which an asset changes after it was made.
    """
    asset = Asset(asset_id)
    try:
        asset.update(actions=[*actions, Asset.updated_at.set(now())], condition=condition)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return None
    return asset
