"""The job "clean-up": once a day, whatever nobody needs any more is removed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from renderd.lease import Lease
from storefront.assets import cleanup
from storefront.catalog.models import Product
from storefront.catalog.snapshot.naming import forget, named
from storefront.stores.dynamo import Change, now
from storefront.web.context import shop

log = logging.getLogger(__name__)

OLD_SNAPSHOTS = timedelta(days=7)
"""Snapshots that were replaced longer ago are removed: each change of the catalog leaves one behind."""


def clean_up(lease: Lease) -> tuple[Change, ...]:
    """Remove the orphans."""
    lease.progress("Cleaning up", 0.1)
    cleaned = cleanup.clean_up(shown(lease.check), check=lease.check)
    forgotten = forget(shop().objects, now() - OLD_SNAPSHOTS)
    log.info("cleaned up: %s; snapshots: %d", "; ".join(cleaned.lines()), forgotten)
    return ()


def shown(check: Callable[[], None] = lambda: None) -> set[str]:
    """The bases of the renditions that products show, by the records or by any snapshot of the catalog
    that a web process may hold: while no new one is published, pages show what the records forgot.

    ``check`` is called for each snapshot; what it raises ends the work.
    """
    bases = {product.media["base"] for product in Product.scan() if product.media}
    for found in named(shop().objects, now() - cleanup.PATIENCE):
        check()
        bases |= found
    return bases
