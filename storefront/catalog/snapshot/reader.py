"""Reads one snapshot file: products, categories, search and facets."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from storefront.catalog.snapshot import spelling
from storefront.catalog.snapshot.views import (
    CategoryView,
    Facet,
    FacetValue,
    Listing,
    Media,
    ProductView,
    Query,
)

PAGE_SIZE = 24
KEPT_PRODUCTS = 4096
"""Products kept parsed. Also the bound on memory for addresses that somebody guesses."""
MOST_VALUES = 50
"""More values of one facet than this are left out of a query."""
SORTS = {
    "newest": "created DESC, slug",
    "price": "price, slug",
    "-price": "price DESC, slug",
    "title": "slug",
}
_WORD = re.compile(r"\w+")
_BELOW = """category IN (WITH RECURSIVE below(slug) AS (SELECT ? UNION
             SELECT c.slug FROM categories c JOIN below ON c.parent = below.slug) SELECT slug FROM below)"""

# Title counts ten times as much as description (bm25 takes a weight per column).
_RANKED = """JOIN (SELECT rowid AS hit, bm25(search, 10, 4, 3, 1) AS rank FROM search WHERE search MATCH ?)
             ON hit = id"""


class Snapshot:
    """An open snapshot; any number of threads may read it."""

    def __init__(self, path: Path, version: str) -> None:
        self.version = version
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self.product = lru_cache(KEPT_PRODUCTS)(self._product)
        self.categories = cache(self._categories)
        self.facet_keys = cache(self._facet_keys)
        self._vocabulary = cache(self._words)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _product(self, slug: str) -> ProductView | None:
        """The product of this slug, if the shop sells it."""
        rows = self._rows("SELECT json FROM products WHERE slug = ?", slug)
        return _view(rows[0][0]) if rows else None

    def _categories(self) -> tuple[CategoryView, ...]:
        """All categories, parents before children, each with its number of products."""
        rows = self._rows(
            "SELECT slug, title, summary, parent FROM categories ORDER BY parent IS NOT NULL, position, title"
        )
        return tuple(
            CategoryView(slug, title, summary, parent, self._count(slug))
            for slug, title, summary, parent in rows
        )

    def category(self, slug: str) -> CategoryView | None:
        """The category of this slug."""
        return next((category for category in self.categories() if category.slug == slug), None)

    def listing(self, query: Query) -> Listing:
        """One page of the products that a query finds; a page past the end is the last.

        Facets that the catalog doesn't have are ignored: links of others carry ``utm_source`` and the like.
        """
        query = replace(query, facets=self._known(query.facets))
        where, values = _where(query, skip=None)
        total = self._number(f"SELECT count(*) FROM products WHERE {where}", *values)
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(1, query.page), pages)
        ranked = _WORD.search(query.text) and query.sort not in SORTS
        order = "rank, slug" if ranked else SORTS.get(query.sort, SORTS["newest"])
        join = _RANKED if ranked else ""
        rows = self._rows(
            f"SELECT json FROM products {join} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            *([_match(query.text)] if ranked else []),
            *values,
            PAGE_SIZE,
            (page - 1) * PAGE_SIZE,
        )
        return Listing(tuple(_view(row[0]) for row in rows), total, page, pages, self._facets(query))

    def slugs(self) -> tuple[str, ...]:
        """Of all products, the newest first."""
        return tuple(slug for (slug,) in self._rows("SELECT slug FROM products ORDER BY created DESC, slug"))

    def meant(self, text: str) -> str:
        """What somebody meant who found nothing; empty where that finds nothing either."""
        text = spelling.corrected(text, self._vocabulary())
        return text if text and self.listing(Query(text=text)).total else ""

    def _words(self) -> spelling.Vocabulary:
        rows = self._rows(
            "SELECT json_extract(json, '$.title') FROM products UNION SELECT title FROM categories"
            " UNION SELECT label FROM facets WHERE label IS NOT NULL"
        )
        return spelling.vocabulary(str(title) for (title,) in rows)

    def _known(self, facets: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {key: facets[key][:MOST_VALUES] for key, _, _ in self.facet_keys() if key in facets}

    def _facet_keys(self) -> tuple[tuple[str, str, str], ...]:
        """Key, label and unit of each facet."""
        rows = self._rows("SELECT key, label, unit FROM facet_keys ORDER BY position")
        return tuple((key, label, unit) for key, label, unit in rows)

    def _facets(self, query: Query) -> tuple[Facet, ...]:
        keys = self.facet_keys()
        facets = (Facet(key, label, unit, self._facet_values(key, query)) for key, label, unit in keys)
        return tuple(f for f in facets if len(f.values) > 1 or any(value.chosen for value in f.values))

    def _facet_values(self, key: str, query: Query) -> tuple[FacetValue, ...]:
        # A facet's own choice doesn't narrow its counts: another value of it adds products.
        where, values = _where(query, skip=key)
        rows = self._rows(
            f"SELECT value, label, count(*) FROM facets JOIN products ON id = product "
            f"WHERE key = ? AND {where} GROUP BY value ORDER BY facets.position, label",
            key,
            *values,
        )
        chosen = query.facets.get(key, ())
        return tuple(FacetValue(value, label, count, value in chosen) for value, label, count in rows)

    def _count(self, category: str) -> int:
        return self._number(f"SELECT count(*) FROM products WHERE {_BELOW}", category)

    def _number(self, sql: str, *values: Any) -> int:
        return int(self._rows(sql, *values)[0][0])

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()


@lru_cache(KEPT_PRODUCTS)
def _view(text: str) -> ProductView:
    row = json.loads(text)
    del row["created"]  # what lists sort by, and no part of what pages see
    media = row.pop("media")
    return ProductView(**row, media=Media(**media) if media else None)


def _where(query: Query, skip: str | None) -> tuple[str, list[Any]]:
    """The condition of a query and its values, without the facet ``skip``."""
    parts, values = ["1"], list[Any]()
    if query.category:
        parts.append(_BELOW)
        values.append(query.category)
    if _WORD.search(query.text):
        parts.append("id IN (SELECT rowid FROM search WHERE search MATCH ?)")
        values.append(_match(query.text))
    for key, chosen in query.facets.items():
        if key != skip and chosen:
            marks = ", ".join("?" * len(chosen))
            parts.append(f"id IN (SELECT product FROM facets WHERE key = ? AND value IN ({marks}))")
            values += [key, *chosen]
    return " AND ".join(parts), values


def _match(text: str) -> str:
    """The FTS5 expression for what a person typed: all words, the last as a prefix."""
    words = [f'"{word}"' for word in _WORD.findall(text)[:12]]
    return " ".join(words) + "*"
