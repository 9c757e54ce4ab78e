"""What else is written, in the same transaction, when a job changes its state."""

from __future__ import annotations

from storefront.assets.models import Asset
from storefront.stores.dynamo import Change, now


def follow(kind: str, subject: str, state: str, error: str = "") -> tuple[Change, ...]:
    """The changes that go with a job's new state: of model jobs, the state that their asset shows."""
    if kind != "model":
        return ()
    actions = (Asset.state.set(state), Asset.error.set(error), Asset.updated_at.set(now()))
    return (Change(Asset(subject), actions, Asset.asset_id.exists()),)
