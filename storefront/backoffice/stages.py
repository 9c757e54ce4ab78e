"""The stages of the work on a model, in a merchant's words."""

from __future__ import annotations

from storefront.assets import jobs
from storefront.assets.models import WAITING, Job

STAGES = {
    "": "Waiting for a free renderer",
    "read": "Reading the file",
    "lighten": "Bringing it down to size",
    "geometry": "Taking the shape apart",
    "textures": "Taking the textures apart",
    "pictures": "Photographing your file, to compare",
    "high": "Choosing the high level",
    "standard": "Choosing the standard level",
    "preview": "Choosing the preview",
    "files": "Writing the levels",
    "poster": "Photographing it for the poster",
    "exports": "Making the files for phones",
    "done": "Storing what was made",
}
"""By the names that the pipeline gives them; others are shown as they are."""


def stage(job: Job | None) -> str:
    """What happens to a job now; for one that waits, its place in line."""
    if job is None:
        return STAGES[""]
    if job.state != WAITING:
        return STAGES.get(job.stage, job.stage)
    if job.attempts or job.faults:
        return "Waiting to be tried again"
    ahead = jobs.before(job)
    if ahead >= jobs.WINDOW:
        return f"Waiting, with {ahead} or more before it"
    return f"Waiting, with {ahead} before it" if ahead else "Waiting, next in line"


def waits(job: Job | None) -> bool:
    """Whether nobody works on it yet."""
    return job is None or job.state == WAITING


def last_line(job: Job) -> str:
    """The machine's last words on what failed; "" where the sentence for the owner says the same."""
    lines = job.reason.strip().splitlines()
    return lines[-1][:300] if lines and job.reason != job.error else ""
