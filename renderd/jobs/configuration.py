"""The job "configuration": a model as somebody chose it, for carts, orders and rooms."""

from __future__ import annotations

from renderd.jobs.pictures import make
from renderd.lease import Lease
from storefront.stores.dynamo import Change


def picture(lease: Lease) -> tuple[Change, ...]:
    """Make the picture and the models of the look that the claim names."""
    details = lease.claim.details
    folder = lease.claim.subject.removeprefix(details["base"])
    order = {"effects": details["effects"], "folder": folder}
    make(lease, details["base"], f"{folder}/picture.json", order)
    return ()
