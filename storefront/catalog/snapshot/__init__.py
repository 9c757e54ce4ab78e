"""The catalog as an immutable SQLite file: built from DynamoDB, published under its hash, read by all."""

from storefront.catalog.snapshot.holder import NoSnapshot, Snapshots
from storefront.catalog.snapshot.reader import Snapshot
from storefront.catalog.snapshot.views import (
    CategoryView,
    Facet,
    FacetValue,
    Listing,
    Media,
    Picture,
    ProductView,
    Query,
)

__all__ = [
    "CategoryView",
    "Facet",
    "FacetValue",
    "Listing",
    "Media",
    "NoSnapshot",
    "Picture",
    "ProductView",
    "Query",
    "Snapshot",
    "Snapshots",
]
