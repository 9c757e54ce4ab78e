"""What the jobs "turntable" and "configuration" share: from one of our levels to files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from renderd import sandbox
from renderd.jobs.errors import Unusable
from renderd.jobs.photos import LEVELS, take
from renderd.jobs.storing import fetch, store
from renderd.lease import Lease
from renderd.sandbox import Crashed
from renderd.scratch import scratch
from storefront.assets.operations import read_manifest
from storefront.stores.objects import ObjectMissing
from storefront.web.context import shop

FETCHED, DRAWN, MADE = 0.02, 0.6, 0.97


def make(lease: Lease, base: str, last: str, order: Mapping[str, Any]) -> None:
    """Do the claim's task on a level below ``base`` and store what it wrote, the file ``last`` last.

    Where ``last`` is stored already, it was done before. Raises Unusable if the model is gone.
    """
    if shop().objects.head(base + last) is not None:
        return
    with scratch() as home:
        source, out = home / "model.glb", home / "out"
        manifest = _fetch(lease, base, source)
        order = {"source": str(source), "out": str(out), "camera": manifest["camera"], **order}
        order, begun = take(lease, order, home, (FETCHED, DRAWN))
        sandbox.run(lease.claim.kind, order, home, lease.part(begun, MADE))
        lease.progress("Storing", MADE)
        for path in beside(out, last):
            store(lease, path, base + str(path.relative_to(out)))
        store(lease, out / last, base + last)


def beside(out: Path, last: str) -> list[Path]:
    """The files that a task made before its last one: all in the folder of that, or of its name."""
    folder = out / (last.rpartition("/")[0] or last.removesuffix(".json"))
    made = sorted(path for path in out.rglob("*") if path.is_file() and path != out / last)
    if strange := [path for path in made if path.parent != folder]:
        # Only a child that hostile input took over writes in the place of a level or a manifest.
        raise Crashed(
            f"the child made {str(strange[0].relative_to(out))[:80]!r}, which is not for it to make"
        )
    return made


def _fetch(lease: Lease, base: str, target: Path) -> Mapping[str, Any]:
    try:
        manifest = read_manifest(base)
        level = next(manifest["levels"][name] for name in LEVELS if name in manifest["levels"])
        fetch(lease, base + level["path"], target)
    except ObjectMissing as error:
        raise Unusable("The model was removed.") from error
    return manifest
