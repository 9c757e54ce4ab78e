"""Keeps the newest snapshot open and switches to the next one between two requests."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from pathlib import Path

from storefront.catalog.snapshot import build
from storefront.catalog.snapshot.reader import Snapshot
from storefront.stores.objects import ObjectMissing, Objects, ObjectsAway
from storefront.web.errors import ShopError

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
KEPT_FILES = 3


class NoSnapshot(ShopError):
    """Nothing was published yet: seed the shop or run the catalog_changes handler once."""

    def __init__(self) -> None:
        super().__init__("The shop isn't open yet", "Its goods are being unpacked; look in again soon.", 503)


class Snapshots:
    """The snapshots of one process. The pointer is read at most once a second, by one thread."""

    def __init__(self, objects: Objects, folder: Path) -> None:
        self._objects, self._folder = objects, folder
        self._current: Snapshot | None = None
        self._checked = 0.0
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def current(self) -> Snapshot:
        """The newest snapshot that this process knows. Raises :class:`NoSnapshot`."""
        if time.monotonic() - self._checked > POLL_SECONDS:
            self._poll(wait=self._current is None)
        if self._current is None:
            raise NoSnapshot
        return self._current

    def refresh(self) -> Snapshot:
        """Look for a newer snapshot now."""
        self._checked = 0.0
        return self.current()

    def _poll(self, *, wait: bool) -> None:
        if not self._lock.acquire(blocking=wait):
            return  # another thread looks already; this one goes on with what is there
        try:
            self._checked = time.monotonic()
            self._switch(build.published(self._objects))
        except (ObjectsAway, ObjectMissing, OSError) as error:
            log.warning("no newer snapshot to be had, keeping the one at hand: %s", error)
        finally:
            self._lock.release()

    def _switch(self, version: str | None) -> None:
        if version is None or (self._current and self._current.version == version):
            return
        path = self._folder / f"{version}.sqlite"
        if not path.exists():
            self._fetch(version, path)
        # The old one is closed when its last reader lets go of it.
        self._current = Snapshot(path, version)
        self._prune()

    def _fetch(self, version: str, path: Path) -> None:
        temporary = path.with_suffix(f".{threading.get_ident()}.part")
        body = self._objects.open_range(build.snapshot_key(version))
        try:
            with body.stream as source, temporary.open("wb") as out:
                shutil.copyfileobj(source, out)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _prune(self) -> None:
        files = sorted(self._folder.glob("*.sqlite"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT_FILES:]:
            path.unlink(missing_ok=True)
