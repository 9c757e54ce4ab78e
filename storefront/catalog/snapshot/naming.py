"""Which renditions published snapshots name, since web processes may still show what the records forgot;
and which snapshots nobody needs any more.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from storefront.catalog.snapshot.build import published, snapshot_key
from storefront.stores.objects import ObjectEntry, ObjectMissing, Objects, ObjectsAway

MOST = 12
"""So many snapshots are read at most, the newest of those in question: a busy day makes hundreds."""


def named(objects: Objects, since: datetime) -> Iterator[set[str]]:
    """The bases that each snapshot names: the current one, and the last that were current ``since`` then.

    Raises ObjectsAway, also where the current one can't be found.
    """
    for key in _keys(objects, since):
        yield _bases(objects, key)


def forget(objects: Objects, before: datetime) -> int:
    """Remove the snapshots that others had replaced ``before`` then; how many. Raises ObjectsAway.

    The current one stays, however old. Web processes hold a copy of theirs, so nobody misses an older one.
    """
    current = published(objects)
    gone = [old.key for new, old in pairwise(_stored(objects)) if new.modified < before]
    kept = snapshot_key(current) if current else None
    for key in gone:
        if key != kept:
            objects.delete(key)
    return len(set(gone) - {kept})


def _keys(objects: Objects, since: datetime) -> list[str]:
    current, stored = published(objects), _stored(objects)
    replaced = [old.key for new, old in pairwise(stored) if new.modified >= since]
    kept = [snapshot_key(current)] if current else []
    return list(dict.fromkeys([*kept, *(entry.key for entry in stored[:1]), *replaced]))[:MOST]


def _stored(objects: Objects) -> list[ObjectEntry]:
    """All snapshots, the newest first: each was current until the next one was stored."""
    stored = [entry for entry in objects.entries("snapshots/") if entry.key.endswith(".sqlite")]
    return sorted(stored, key=lambda entry: entry.modified, reverse=True)


def _bases(objects: Objects, key: str) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "snapshot.sqlite")
        try:
            with objects.open_range(key).stream as source, path.open("wb") as out:
                shutil.copyfileobj(source, out)
        except ObjectMissing as error:
            raise ObjectsAway(f"the snapshot {key} is missing") from error
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute("SELECT json_extract(json, '$.media.base') FROM products")
            return {base for (base,) in rows if base}
