"""Builds a snapshot file from rows of the catalog, and publishes it."""

from __future__ import annotations

import bisect
import hashlib
import json
import logging
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from storefront.catalog.models import ACTIVE, Category, Product
from storefront.catalog.snapshot.prices import lowest_total
from storefront.catalog.snapshot.views import Media
from storefront.configure import Subject
from storefront.plugin_api import Attribute
from storefront.registry import Registry
from storefront.stores.objects import Objects

log = logging.getLogger(__name__)

POINTER = "snapshots/current.json"
FORMAT = 1
PRICE_BANDS = (5_000, 20_000, 50_000, 150_000)
"""Upper bounds of the price facet's bands, in minor units."""

_SCHEMA = """
CREATE TABLE categories (slug TEXT PRIMARY KEY, title TEXT, summary TEXT, parent TEXT, position INTEGER);
CREATE TABLE products (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, category TEXT, price INTEGER,
                       created TEXT, json TEXT);
CREATE INDEX products_category ON products (category);
CREATE TABLE facet_keys (key TEXT PRIMARY KEY, label TEXT, unit TEXT, position INTEGER);
CREATE TABLE facets (key TEXT, value TEXT, label TEXT, position INTEGER, product INTEGER,
                     PRIMARY KEY (key, value, product)) WITHOUT ROWID;
CREATE INDEX facets_product ON facets (product);
CREATE VIRTUAL TABLE search USING fts5(title, summary, facts, description, content='',
                                       tokenize='porter unicode61 remove_diacritics 2', prefix='2 3');
"""

Row = Mapping[str, Any]


def rebuild(registry: Registry, objects: Objects) -> str:
    """Read the whole catalog, build its snapshot and publish it if it is new. Returns its version."""
    rows = (_product_row(item) for item in Product.scan(Product.state == ACTIVE))
    owned = (row | {"lowest": _lowest(row, registry)} for row in rows if registry.owner(row["product_type"]))
    products = sorted(owned, key=itemgetter("slug"))
    categories = sorted((_category_row(item) for item in Category.scan()), key=itemgetter("slug"))
    version = _version(registry, products, categories)
    if published(objects) != version:
        _publish(objects, version, registry, products, categories)
    return version


def published(objects: Objects) -> str | None:
    """The version that the pointer names, None before the first."""
    if objects.head(POINTER) is None:
        return None
    with objects.open_range(POINTER).stream as stream:
        return str(json.loads(stream.read())["version"])


def snapshot_key(version: str) -> str:
    """Where the snapshot file of a version lies."""
    return f"snapshots/{version}.sqlite"


def write(path: Path, registry: Registry, products: Iterable[Row], categories: Iterable[Row]) -> None:
    """Write a snapshot file."""
    with sqlite3.connect(path) as connection:
        # A file that isn't whole is never published: nothing of it needs to reach the disk, or be undone.
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;" + _SCHEMA)
        connection.executemany(
            "INSERT INTO categories VALUES (:slug, :title, :summary, :parent, :position)", categories
        )
        facts = _attributes(registry)
        connection.executemany("INSERT INTO facet_keys VALUES (?, ?, ?, ?)", _facet_keys(facts))
        for number, product in enumerate(products, 1):
            _insert(connection, number, product, registry)
        connection.execute("INSERT INTO search(search) VALUES ('optimize')")
    connection.close()


def _publish(
    objects: Objects, version: str, registry: Registry, products: Sequence[Row], categories: Sequence[Row]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "snapshot.sqlite")
        write(path, registry, products, categories)
        with path.open("rb") as stream:
            objects.put_stream(snapshot_key(version), stream, "application/vnd.sqlite3")
    with tempfile.SpooledTemporaryFile() as pointer:
        pointer.write(json.dumps({"version": version}).encode())
        pointer.seek(0)
        objects.put_stream(POINTER, pointer, "application/json")  # type: ignore[arg-type]
    log.info("snapshot published", extra={"version": version, "products": len(products)})


def _version(registry: Registry, products: Sequence[Row], categories: Sequence[Row]) -> str:
    facets = [(key, repr(facts)) for key, facts in sorted(_attributes(registry).items())]
    content = json.dumps([FORMAT, products, categories, facets], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _product_row(item: Product) -> dict[str, Any]:
    plain = ("slug", "title", "product_type", "category", "summary", "description", "price", "currency")
    row = {name: getattr(item, name) for name in (*plain, "attributes", "defaults", "media")}
    return row | {"created": item.created_at.isoformat()}


def _category_row(item: Category) -> dict[str, Any]:
    names = ("slug", "title", "summary", "parent", "position")
    return {name: getattr(item, name) for name in names}


def _insert(connection: sqlite3.Connection, number: int, product: Row, registry: Registry) -> None:
    row = (number, product["slug"], product["category"], product["lowest"], product["created"])
    connection.execute("INSERT INTO products VALUES (?, ?, ?, ?, ?, ?)", (*row, json.dumps(dict(product))))
    facets = list(_facets(product, registry))
    connection.executemany(
        "INSERT INTO facets VALUES (?, ?, ?, ?, ?)", [(*facet, number) for facet in facets]
    )
    facts = " ".join(label for _, _, label, _ in facets)
    text = (product["title"], product["summary"], facts, product["description"])
    connection.execute(
        "INSERT INTO search (rowid, title, summary, facts, description) VALUES (?, ?, ?, ?, ?)",
        (number, *text),
    )


# --- facets -------------------------------------------------------------------------------------


def _attributes(registry: Registry) -> dict[str, Attribute]:
    """The facet attributes of all product types; equal keys share one facet."""
    return {
        attribute.key: attribute
        for owned in registry.types.values()
        for attribute in owned.type.attributes
        if attribute.facet
    }


def _facet_keys(attributes: Mapping[str, Attribute]) -> Iterator[tuple[str, str, str, int]]:
    yield "type", "Kind", "", 0
    yield "price", "Price", "", 1
    for position, attribute in enumerate(attributes.values(), 2):
        yield attribute.key, attribute.label, attribute.unit, position


def _lowest(product: Row, registry: Registry) -> int:
    media = Media(**product["media"]) if product["media"] else None
    parts = media.parts if media else None
    subject = Subject(product["title"], product["price"], product["defaults"], parts)
    return lowest_total(registry.types[product["product_type"]].type, subject)


def _facets(product: Row, registry: Registry) -> Iterator[tuple[str, str, str, int]]:
    """(key, value, label, position) of each facet value of a product."""
    owned = registry.types[product["product_type"]]
    yield "type", owned.type.name, owned.type.plural, 0
    yield _price_band(product["lowest"])
    for attribute in owned.type.attributes:
        value = product["attributes"].get(attribute.key)
        if attribute.facet and value is not None:
            known = list(attribute.choices)
            position = known.index(value) if value in known else _number(value)
            yield attribute.key, str(value), attribute.choices.get(str(value), str(value)), position


def _price_band(price: int) -> tuple[str, str, str, int]:
    position = bisect.bisect_right(PRICE_BANDS, price)
    low, high = ([0, *PRICE_BANDS][position] // 100, [*PRICE_BANDS, 0][position] // 100)
    label = f"from {low}" if not high else f"{low}–{high}" if low else f"under {high}"
    return "price", f"{low}-{high or ''}", label, position


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
