"""The job "clean-up": once a day, whatever nobody needs any more is removed."""

from __future__ import annotations

import logging

from renderd.lease import Lease
from storefront.assets import cleanup
from storefront.catalog.models import Product
from storefront.stores.dynamo import Change

log = logging.getLogger(__name__)


def clean_up(lease: Lease) -> tuple[Change, ...]:
    """Remove the orphans."""
    lease.progress("Cleaning up", 0.1)
    cleaned = cleanup.clean_up(shown(), check=lease.check)
    log.info("cleaned up: %s", "; ".join(cleaned.lines()))
    return ()


def shown() -> set[str]:
    """The bases of the renditions that products show."""
    return {product.media["base"] for product in Product.scan() if product.media}
