"""The job "turntable": a ring of pictures for those who can't see the model itself."""

from __future__ import annotations

from renderd.jobs.pictures import make
from renderd.lease import Lease
from storefront.stores.dynamo import Change


def turn(lease: Lease) -> tuple[Change, ...]:
    """Make the turntable of the renditions that the claim names."""
    make(lease, lease.claim.subject, "turntable.json", {})
    return ()
