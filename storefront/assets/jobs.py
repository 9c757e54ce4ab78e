"""The render job's protocol: claim with a lease, renew, and write only while the fence is yours.

Redis may ring twice, late or never; a worker may die at any point. The asset record decides: only
the holder of the newest fence changes it, and a lapsed lease puts the job back in the queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from storefront.assets.models import FAILED, QUEUED, READY, RUNNING, UPLOADING, Asset, change
from storefront.assets.operations import ring
from storefront.stores.dynamo import now
from storefront.stores.queue import Queue

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3
BACK_OFF = timedelta(seconds=10)
FORGOTTEN = timedelta(days=1)

GIVEN_UP = "Our renderer failed on this model three times. We were told; please try again later."
UNFINISHED = "The upload was not finished. Upload the file again."


class LeaseLost(Exception):
    """Another worker owns the job now: drop what you made."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an asset, as long as its fence is the newest."""

    asset_id: str
    fence: int
    attempts: int
    product_slug: str
    product_type: str
    category: str
    filename: str
    source_key: str
    publish_when_ready: bool


def claim(asset_id: str, worker: str, lease: timedelta = LEASE) -> Claim | None:
    """Take the job if it waits, or if the lease of whoever had it has lapsed; None if it is not free."""
    moment = now()
    waiting = (Asset.state == QUEUED) & (Asset.not_before.does_not_exist() | (Asset.not_before <= moment))
    lapsed = (Asset.state == RUNNING) & (Asset.lease_until < moment)
    asset = change(
        asset_id,
        (waiting | lapsed) & (Asset.attempts < MAX_ATTEMPTS),
        Asset.state.set(RUNNING),
        Asset.fence.set(Asset.fence + 1),
        Asset.attempts.set(Asset.attempts + 1),
        Asset.worker.set(worker),
        Asset.lease_until.set(moment + lease),
        Asset.stage.set("Starting"),
        Asset.percent.set(0),
    )
    return _claim(asset) if asset else None


def renew(held: Claim, stage: str, percent: int, lease: timedelta = LEASE) -> None:
    """Keep the lease and say how far the job is, 0 to 100 %. Raises :class:`LeaseLost`."""
    _write(
        held,
        Asset.stage.set(stage),
        Asset.percent.set(percent),
        Asset.lease_until.set(now() + lease),
    )


def complete(held: Claim, base: str, source_sha256: str) -> None:
    """The renditions under ``base`` are complete. Raises :class:`LeaseLost`."""
    _write(
        held,
        Asset.state.set(READY),
        Asset.base.set(base),
        Asset.source_sha256.set(source_sha256),
        Asset.stage.set("Ready"),
        Asset.percent.set(100),
        Asset.error.set(""),
        Asset.lease_until.remove(),
    )


def fail(held: Claim, error: str, *, retry: bool) -> None:
    """End this attempt: for good with its sentence, or until a later one. Raises :class:`LeaseLost`."""
    if retry and held.attempts < MAX_ATTEMPTS:
        wait = BACK_OFF * 2 ** (held.attempts - 1)
        _write(held, Asset.state.set(QUEUED), Asset.not_before.set(now() + wait), Asset.stage.set("Waiting"))
    else:
        sentence = GIVEN_UP if retry else error
        _write(held, Asset.state.set(FAILED), Asset.error.set(sentence), Asset.lease_until.remove())


def give_back(asset_id: str, worker: str, queue: Queue) -> None:
    """The work-horse of ``worker`` died: queue its job again at once, or give it up after three tries."""
    mine = (Asset.state == RUNNING) & (Asset.worker == worker)
    if change(asset_id, mine & (Asset.attempts >= MAX_ATTEMPTS), *_given_up()):
        return
    asset = change(asset_id, mine, Asset.state.set(QUEUED), Asset.not_before.remove())
    if asset:
        ring(asset, queue)


def sweep(queue: Queue) -> int:
    """Ring again for every job that waits or whose worker is gone. Returns how many.

    Every worker calls it every few seconds: a ring that got lost costs a delay, not a job.
    """
    moment = now()
    for asset in Asset.by_state.query(UPLOADING, Asset.updated_at < moment - FORGOTTEN):
        ended = (Asset.state.set(FAILED), Asset.error.set(UNFINISHED))
        change(asset.asset_id, Asset.state == UPLOADING, *ended)
    lapsed = [
        asset for asset in Asset.by_state.query(RUNNING) if asset.lease_until and asset.lease_until < moment
    ]
    waiting = [
        asset for asset in Asset.by_state.query(QUEUED) if not asset.not_before or asset.not_before <= moment
    ]
    return sum(_ring_or_give_up(asset, queue) for asset in (*waiting, *lapsed))


def _ring_or_give_up(asset: Asset, queue: Queue) -> bool:
    if asset.attempts >= MAX_ATTEMPTS:
        still_dead = (Asset.state == QUEUED) | (Asset.lease_until < now())
        change(asset.asset_id, (Asset.state == asset.state) & still_dead, *_given_up())
        return False
    ring(asset, queue)
    return True


def _given_up() -> tuple[object, ...]:
    return Asset.state.set(FAILED), Asset.error.set(GIVEN_UP), Asset.lease_until.remove()


def _write(held: Claim, *actions: object) -> None:
    mine = (Asset.state == RUNNING) & (Asset.fence == held.fence)
    if change(held.asset_id, mine, *actions) is None:
        raise LeaseLost(held.asset_id)


def _claim(asset: Asset) -> Claim:
    return Claim(
        asset_id=asset.asset_id,
        fence=int(asset.fence),
        attempts=int(asset.attempts),
        product_slug=asset.product_slug,
        product_type=asset.product_type,
        category=asset.category,
        filename=asset.filename,
        source_key=asset.source_key,
        publish_when_ready=asset.publish_when_ready,
    )
