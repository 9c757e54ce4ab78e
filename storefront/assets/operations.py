"""Take an upload, ask for its rendering, find what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import PurePath
from typing import Any, BinaryIO, NoReturn, Protocol
from uuid import uuid4

from storefront.assets import jobs
from storefront.assets.models import CANCELLED, FAILED, QUEUED, READY, UPLOADING, Asset, Job, change
from storefront.stores.dynamo import Change, Refused, could_be_key, now
from storefront.stores.objects import ObjectHead, ObjectMissing, ObjectTooLarge
from storefront.web.context import shop
from storefront.web.errors import ShopError

EXTENSIONS = (".glb", ".usdz", ".zip", ".stl", ".ply")
CONTENT_TYPE = "application/octet-stream"
UPLOAD_SECONDS = 6 * 3600


class Sold(Protocol):
    """What an asset needs to know of the product that it is for."""

    @property
    def slug(self) -> str: ...
    @property
    def product_type(self) -> str: ...
    @property
    def category(self) -> str: ...


class UploadRefused(ShopError):
    """A file that the shop doesn't take; the message says what it takes."""

    def __init__(self, message: str) -> None:
        super().__init__("This file can't be used", message, 422)


class AssetMissing(ShopError):
    """No asset has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such upload", "It may have been removed. Upload the file again.", 404)


class SourceGone(ShopError):
    """A render of a file that isn't kept any more."""

    def __init__(self) -> None:
        super().__init__("We don't have this file any more", "Upload it again, then it is rendered.", 409)


class NotReady(ShopError):
    """A publish before the renditions are complete."""

    def __init__(self) -> None:
        super().__init__("This model isn't ready", "Wait until its pictures are made, then publish it.", 409)


def find(asset_id: str) -> Asset:
    """The asset. Raises :class:`AssetMissing`."""
    if not could_be_key(asset_id):
        raise AssetMissing
    try:
        return Asset.get(asset_id, consistent_read=True)
    except Asset.DoesNotExist as error:
        raise AssetMissing from error


def history(slug: str) -> list[Asset]:
    """A product's assets, newest first."""
    return list(Asset.by_product.query(slug, scan_index_forward=False, limit=50))


def newest_by_product(limit: int = 200) -> dict[str, Asset]:
    """The newest asset of each product, among the ``limit`` that changed last in each state."""
    found: dict[str, Asset] = {}
    for state in (QUEUED, READY, FAILED, CANCELLED):
        for asset in Asset.by_state.query(state, scan_index_forward=False, limit=limit):
            known = found.get(asset.product_slug)
            if known is None or known.created_at < asset.created_at:
                found[asset.product_slug] = asset
    return found


def begin_upload(product: Sold, filename: str, size: int, owner: str = "shop") -> tuple[Asset, str]:
    """A new asset, and a URL to which the browser may PUT ``size`` bytes. Raises :class:`UploadRefused`.

    ``owner`` is the account that uploads it: no owner's many uploads hold up another's one.
    """
    asset = _new_asset(product, filename, size, owner)
    asset.save(condition=Asset.asset_id.does_not_exist())
    return asset, shop().objects.presign_put(asset.source_key, CONTENT_TYPE, size, UPLOAD_SECONDS)


def finish_upload(asset_id: str) -> Asset:
    """Check what arrived against what was announced, and queue it. Finishing twice does nothing.

    Raises :class:`UploadRefused` where the file is missing or has another size, :class:`AssetMissing`.
    """
    asset = find(asset_id)
    if asset.state != UPLOADING:
        return asset
    head = shop().objects.head(asset.source_key)
    if head is None:
        raise UploadRefused("The file didn't arrive. Upload it again.")
    if head.size != asset.source_bytes:
        _refuse(asset, f"{head.size:,} of {int(asset.source_bytes):,} bytes arrived. Upload the file again.")
    return _queue(asset, head)


def upload_stream(
    product: Sold,
    filename: str,
    stream: BinaryIO,
    *,
    owner: str = "shop",
    publish_when_ready: bool = False,
) -> Asset:
    """Store a file and queue it in one step: the way in without JavaScript, and for the seed.

    Raises :class:`UploadRefused` for a name or size that the shop doesn't take.
    """
    asset = _new_asset(product, filename, None, owner)
    asset.publish_when_ready = publish_when_ready
    # First the record: a source without one is nobody's, and cleaned up.
    asset.save(condition=Asset.asset_id.does_not_exist())
    limit = shop().settings.upload_limit
    try:
        head = shop().objects.put_stream(asset.source_key, stream, CONTENT_TYPE, limit=limit)
    except ObjectTooLarge as error:
        _refuse(asset, _too_large(limit), error)
    if head.size == 0:
        _refuse(asset, "The file is empty. Choose a model file.")
    return _queue(asset, head)


def render_again(asset_id: str, unit: str = "auto", up: str = "auto") -> Asset:
    """Render it from the start with other answers about the file; what is under way is dropped.

    Raises :class:`AssetMissing`, :class:`SourceGone`; an upload that isn't finished is left as it is.
    """
    asset = find(asset_id)
    if asset.state == UPLOADING:
        return asset
    if asset.source_gone:
        raise SourceGone
    answered = (Asset.unit.set(unit), Asset.up.set(up), Asset.state.set(QUEUED), Asset.error.set(""))
    condition = Asset.asset_id.exists() & (Asset.state != UPLOADING) & Asset.source_gone.does_not_exist()
    changed = Change(Asset(asset_id), (*answered, Asset.updated_at.set(now())), condition)
    jobs.restart("model", asset_id, _told(asset), asset.owner, also=(changed,))
    return find(asset_id)


def job_of(asset: Asset) -> Job | None:
    """The asset's job: how far it is, and why it ended."""
    return jobs.find_job("model", asset.asset_id)


def jobs_of(assets: Iterable[Asset]) -> dict[str, Job]:
    """The same of many, by asset id."""
    return jobs.find_jobs("model", [asset.asset_id for asset in assets])


def cancel(asset_id: str) -> Asset:
    """Stop its rendering. Raises :class:`AssetMissing`, and ``jobs.NotNow`` where it is over."""
    asset = find(asset_id)
    jobs.cancel(jobs.job_id_of("model", asset.asset_id), "You cancelled this upload.")
    return find(asset_id)


def ready(asset_id: str) -> tuple[Asset, str]:
    """The asset and the key prefix of its renditions. Raises :class:`NotReady`, :class:`AssetMissing`."""
    asset = find(asset_id)
    if asset.state != READY or asset.base is None:
        raise NotReady
    return asset, asset.base


def read_manifest(base: str) -> Mapping[str, Any]:
    """The manifest under ``base``, its paths relative to it (docs/manifest.md)."""
    with shop().objects.open_range(base + "manifest.json").stream as stream:
        return dict(json.loads(stream.read()))


def spare(base: str) -> None:
    """Keep the clean-up from renditions for another day: pages that show them may be open still."""
    with suppress(ObjectMissing):
        with shop().objects.open_range(base + "manifest.json").stream as stream:
            manifest = stream.read()
        shop().objects.put_stream(base + "manifest.json", BytesIO(manifest), "application/json")


def readable(size: int) -> str:
    """A size in bytes as people read it: ``2.1 GB``, ``48 MB``, ``3.2 MB``, ``12 kB``, ``348 bytes``."""
    for unit, least in (("GB", 1e9), ("MB", 1e6)):
        if size >= least:
            return f"{size / least:.1f} {unit}" if size < 10 * least else f"{size / least:.0f} {unit}"
    return f"{size / 1e3:.0f} kB" if size >= 1000 else f"{size} bytes"


def _new_asset(product: Sold, filename: str, size: int | None, owner: str) -> Asset:
    name = PurePath(filename.replace("\\", "/")).name[-200:]
    if not name.lower().endswith(EXTENSIONS):
        raise UploadRefused(
            "The shop takes GLB, USDZ, STL and PLY files, and glTF or OBJ with its files together in a ZIP."
        )
    limit = shop().settings.upload_limit
    if size is not None and not 0 < size <= limit:
        raise UploadRefused(_too_large(limit) if size > limit else "The file is empty. Choose a model file.")
    asset_id, created = uuid4().hex, now()
    return Asset(
        asset_id,
        product_slug=product.slug,
        product_type=product.product_type,
        category=product.category,
        filename=name,
        owner=owner,
        region=shop().settings.dynamodb_region,
        source_key=f"uploads/{asset_id}/source",
        source_bytes=size or 0,
        created_at=created,
        updated_at=created,
    )


def _queue(asset: Asset, head: ObjectHead) -> Asset:
    digest = (Asset.source_sha256.set(head.sha256),) if head.sha256 else ()
    told = (Asset.state.set(QUEUED), Asset.source_bytes.set(head.size), Asset.updated_at.set(now()))
    queued = Change(Asset(asset.asset_id), (*told, *digest), Asset.state == UPLOADING)
    # Somebody else finished the same upload where it is refused.
    with suppress(Refused):
        jobs.request("model", asset.asset_id, _told(asset), asset.owner, also=(queued,))
    return find(asset.asset_id)


def _told(asset: Asset) -> dict[str, str]:
    return {"title": asset.filename, "product": asset.product_slug}


def _refuse(asset: Asset, message: str, cause: Exception | None = None) -> NoReturn:
    change(asset.asset_id, Asset.state == UPLOADING, Asset.state.set(FAILED), Asset.error.set(message))
    shop().objects.delete(asset.source_key)
    raise UploadRefused(message) from cause


def _too_large(limit: int) -> str:
    return f"The file is larger than {readable(limit)}. Make it smaller, for instance its textures."
