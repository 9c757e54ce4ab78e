"""What else is written, in the same transaction, when a job changes its state."""

from __future__ import annotations

from storefront.assets.models import QUEUED, Asset
from storefront.stores.dynamo import Change, now


def follow(kind: str, subject: str, state: str, error: str = "") -> tuple[Change, ...]:
    """The changes that go with a job's new state: of model jobs, the state that their asset shows.

    An asset whose file isn't kept any more is never QUEUED.
    """
    if kind != "model":
        return ()
    actions = (Asset.state.set(state), Asset.error.set(error), Asset.updated_at.set(now()))
    there = Asset.asset_id.exists()
    condition = there & Asset.source_gone.does_not_exist() if state == QUEUED else there
    return (Change(Asset(subject), actions, condition),)
