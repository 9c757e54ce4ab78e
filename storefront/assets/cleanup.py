"""Removes what nobody needs any more: unfinished uploads, sources and renditions that nothing names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from storefront.assets.jobs.home import our_assets
from storefront.assets.jobs.requests import KEPT
from storefront.assets.models import CANCELLED, FAILED, UPLOADING, Asset, change, note
from storefront.stores.dynamo import now
from storefront.stores.objects import ObjectEntry
from storefront.web.context import shop

PATIENCE = timedelta(days=1)
"""Nothing younger is touched: somebody may be about to need it."""

UNFINISHED = "The upload was not finished. Upload the file again."
CAUSES = (
    "unfinished uploads",
    "sources without an upload",
    "sources that gave no model",
    "broken renditions",
    "unused renditions",
)


@dataclass(slots=True)
class Cleaned:
    """How many things of each cause, and how many objects and bytes they were."""

    things: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    bytes: int = 0

    def lines(self) -> Iterator[str]:
        """The result in words, a line for each cause."""
        for cause in CAUSES:
            yield f"{cause}: {self.things[cause]}"
        yield f"objects: {self.objects}, {self.bytes / 1e6:.1f} MB"


def clean_up(
    shown: Iterable[str], *, dry_run: bool = False, check: Callable[[], None] = lambda: None
) -> Cleaned:
    """Remove the orphans, or only count them. ``shown`` are the bases of renditions that products,
    carts or orders name; those that an asset names stay anyway.

    The file of a failed or cancelled upload goes when its job is forgotten (``jobs.requests.KEPT``), and
    with it the button that tries it again. A file that gave a model is kept: it may be asked to be rendered
    in another size, or by a better pipeline.

    ``check`` is called for each object; what it raises ends the work, which the next one goes on with.
    """
    work = _Work(dry_run, check)
    wanted = ["asset_id", "base", "source_gone"]
    known = {asset.asset_id: asset for asset in Asset.scan(attributes_to_get=wanted)}
    given_up = {asset.asset_id for asset in known.values() if asset.source_gone}
    _unfinished(work)
    _sources(work, known.keys(), {*given_up, *_given_up(work)})
    _renditions(work, {*shown, *(asset.base for asset in known.values() if asset.base)})
    return work.cleaned


class _Work:
    def __init__(self, dry_run: bool, check: Callable[[], None]) -> None:
        self.dry_run, self._check = dry_run, check
        self.old, self.forgotten = now() - PATIENCE, now() - KEPT
        self.cleaned = Cleaned()

    def remove(self, cause: str, entries: list[ObjectEntry]) -> None:
        self.cleaned.things[cause] += 1
        for entry in entries:
            self._check()
            self.cleaned.objects += 1
            self.cleaned.bytes += entry.size
            if not self.dry_run:
                shop().objects.delete(entry.key)


def _unfinished(work: _Work) -> None:
    for asset in Asset.by_state.query(UPLOADING, Asset.updated_at < work.old, our_assets()):
        if not work.dry_run:
            ended = (Asset.state.set(FAILED), Asset.error.set(UNFINISHED))
            if change(asset.asset_id, Asset.state == UPLOADING, *ended) is None:
                continue
        work.remove("unfinished uploads", list(shop().objects.entries(asset.source_key)))


def _given_up(work: _Work) -> Iterator[str]:
    """The assets whose files nobody tries again; from now on, nobody can."""
    for state in (FAILED, CANCELLED):
        kept = our_assets() & Asset.source_gone.does_not_exist()
        for asset in Asset.by_state.query(state, Asset.updated_at < work.forgotten, kept):
            # Who tries it again changes both, in the same transaction as its job.
            still = (Asset.state == state) & (Asset.updated_at == asset.updated_at)
            if work.dry_run or note(asset.asset_id, still, Asset.source_gone.set(True)):
                yield asset.asset_id


def _sources(work: _Work, known: Iterable[str], given_up: set[str]) -> None:
    assets = frozenset(known)
    for entry in shop().objects.entries("uploads/"):
        asset_id = entry.key.split("/")[1]
        if entry.modified >= work.old:
            continue
        if asset_id in given_up:
            work.remove("sources that gave no model", [entry])
        elif asset_id not in assets:
            work.remove("sources without an upload", [entry])


def _renditions(work: _Work, named: set[str]) -> None:
    for base, found in groupby(shop().objects.entries("renditions/"), _base):
        entries = list(found)
        manifest = base + "manifest.json"
        if base in named or max(entry.modified for entry in entries) > work.old:
            continue
        complete = any(entry.key == manifest for entry in entries)
        # Its manifest goes first: without one, nobody takes the renditions for complete.
        entries.sort(key=lambda entry: entry.key != manifest)
        # Who finds renditions made already stores their manifest anew.
        if all(entry.modified < work.old for entry in shop().objects.entries(manifest)):
            work.remove("unused renditions" if complete else "broken renditions", entries)


def _base(entry: ObjectEntry) -> str:
    return "/".join(entry.key.split("/")[:3]) + "/"
