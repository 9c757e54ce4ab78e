"""Pictures made after a model: its turntable, and its look in a configuration. Asked for once, then found.

They lie beside the renditions, each with a JSON file that comes last (docs/manifest.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from storefront.assets import jobs
from storefront.assets.models import DONE, WAITING, Job
from storefront.stores.objects import ObjectMissing
from storefront.web.context import shop

TURNTABLE, CONFIGURATION = "turntable", "configuration"
SHOPPERS = "shoppers"
"""Whoever asks for configurations stands in one queue, however many sessions it opens."""

LONGEST_QUEUE = 60
"""Configurations that may wait at a time: about five minutes of one renderer."""

KEPT = 4096
_FOUND = "pictures"


def init_app(app: Flask) -> None:
    """Keep in memory what pictures say of themselves; what was kept of other objects is forgotten."""
    app.extensions[_FOUND] = {}


def folder_of(key: str) -> str:
    """Where the files of a look lie, below the renditions' base; ``key`` is its ``effects_key``."""
    return f"configurations/{key}"


def find(base: str, key: str) -> Mapping[str, Any] | None:
    """What ``picture.json`` of a look says, its paths as object keys; None while it isn't made."""
    told = _read(base, f"{folder_of(key)}/picture.json")
    if told is None:
        return None
    models = {name: {**told[name], "path": base + told[name]["path"]} for name in ("usdz", "plain")}
    return {**told, **models, "images": [{**i, "path": base + i["path"]} for i in told["images"]]}


def find_turntable(base: str) -> Mapping[str, Any] | None:
    """What ``turntable.json`` says, its paths as object keys; None while it isn't made."""
    told = _read(base, "turntable.json")
    if told is None:
        return None
    return {**told, "images": [{**i, "paths": [base + path for path in i["paths"]]} for i in told["images"]]}


def request_turntable(
    base: str, owner: str = "shop", wait: timedelta = timedelta(0), *, product: str = ""
) -> None:
    """Have the turntable of a published model made, when nothing else waits and ``wait`` is over.

    ``product`` is the slug of the one that shows it, for people who look at the queue.
    """
    job = jobs.request(TURNTABLE, base, {"product": product}, owner, wait=wait)
    _again_unless_there(job, base + "turntable.json")


def request(base: str, key: str, effects: list[Mapping[str, Any]], *, product: str = "") -> bool:
    """Have the picture of a product's look made. False, and nothing done, where too many wait already."""
    if not is_asked(base, key) and _waiting() >= LONGEST_QUEUE:
        return False
    subject = base + folder_of(key)
    details = {"base": base, "effects": effects, "product": product}
    job = jobs.request(CONFIGURATION, subject, details, SHOPPERS)
    _again_unless_there(job, f"{subject}/picture.json")
    return True


def is_asked(base: str, key: str) -> bool:
    """Whether a look is on its way, made, or can't be made: asking again changes nothing."""
    return jobs.find_job(CONFIGURATION, base + folder_of(key)) is not None


def is_coming(base: str, key: str) -> bool:
    """Whether a look is on its way."""
    job = jobs.find_job(CONFIGURATION, base + folder_of(key))
    return job is not None and job.working


def _again_unless_there(job: Job, last: str) -> None:
    # Renditions that nothing names go, with all beside them; the same may be made anew, within the month
    # for which a job is remembered.
    if job.state == DONE and shop().objects.head(last) is None:
        jobs.restart(job.kind, job.subject, job.details, job.owner)


def _waiting() -> int:
    own = f"{jobs.PRIORITIES[CONFIGURATION]:02d}."
    return Job.by_state.count(WAITING, Job.place.startswith(own), limit=LONGEST_QUEUE)


def _read(base: str, path: str) -> Mapping[str, Any] | None:
    # What is there stays as it is: a page of ten lines must not cost ten requests.
    found: dict[str, Mapping[str, Any]] = current_app.extensions[_FOUND]
    if base + path not in found:
        try:
            with shop().objects.open_range(base + path).stream as stream:
                told = dict(json.loads(stream.read()))
        except ObjectMissing:
            return None
        if len(found) >= KEPT:
            found.clear()
        found[base + path] = told
    return found[base + path]
