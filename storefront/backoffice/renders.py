"""The page of all renders: what runs, what waits, what failed and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from storefront.assets import jobs
from storefront.assets.models import CANCELLED, FAILED, RUNNING, WAITING, Job
from storefront.backoffice.stages import STAGES, last_line
from storefront.catalog.models import Product
from storefront.stores.dynamo import now

SHOWN = 50
"""Rows of one table."""

NAMES = ["slug", "title"]

KINDS = {
    "model": "Model",
    "turntable": "Turntable",
    "configuration": "Picture of a configuration",
    "clean-up": "Clean-up",
}


@dataclass(frozen=True, slots=True)
class RenderRow:
    """One job. ``product`` is the slug of the one that it is for ("" if none), ``title`` its title,
    ``filename`` what was uploaded. ``since`` in words; ``reason`` what failed last, in the machine's words.
    ``elsewhere`` is the region that works on it, if that isn't this one.
    """

    job_id: str
    kind: str
    title: str
    product: str
    filename: str
    elsewhere: str
    stage: str
    percent: int
    since: str
    attempts: int
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class RendersPage:
    """The tables, and how many more wait than are shown. ``told``: whether workers hear of new work."""

    running: tuple[RenderRow, ...]
    waiting: tuple[RenderRow, ...]
    more: int
    failed: tuple[RenderRow, ...]
    cancelled: tuple[RenderRow, ...]
    told: bool

    @property
    def working(self) -> bool:
        """Whether the page will look different in a moment."""
        return bool(self.running or self.waiting)


def renders_page() -> RendersPage:
    """All renders as they are now."""
    waiting = Job.by_state.count(WAITING)
    return RendersPage(
        running=_rows(Job.by_state.query(RUNNING)),
        waiting=_rows(Job.by_state.query(WAITING, limit=SHOWN)),
        more=max(0, waiting - SHOWN),
        failed=_newest(FAILED),
        cancelled=_newest(CANCELLED),
        told=jobs.bell_rings(),
    )


def cancel(job_id: str) -> None:
    """Stop a job that waits or runs. Raises ``jobs.NotNow`` where it is over."""
    jobs.cancel(job_id, "You cancelled this upload.")


def retry(job_id: str) -> None:
    """Try a job again that failed or was cancelled. Raises ``jobs.NotNow`` where it is neither."""
    jobs.retry(job_id)


def _newest(state: str) -> tuple[RenderRow, ...]:
    ended = sorted(Job.by_state.query(state, limit=1000), key=lambda job: job.updated_at, reverse=True)
    return _rows(ended)


def _rows(found: Iterable[Job]) -> tuple[RenderRow, ...]:
    shown, moment = list(islice(found, SHOWN)), now()
    titles = _titles({str(job.details.get("product", "")) for job in shown} - {""})
    return tuple(_row(job, titles, moment) for job in shown)


def _titles(slugs: set[str]) -> Mapping[str, str]:
    """The titles of the products that are still there."""
    return {item.slug: item.title for item in Product.batch_get(list(slugs), attributes_to_get=NAMES)}


def _row(job: Job, titles: Mapping[str, str], moment: datetime) -> RenderRow:
    product = str(job.details.get("product", ""))
    since = job.queued_at if job.working else job.updated_at
    return RenderRow(
        job_id=job.job_id,
        kind=KINDS.get(job.kind, job.kind),
        title=titles.get(product, ""),
        product=product if product in titles else "",
        filename=str(job.details.get("title", "")) if job.kind == "model" else "",
        elsewhere="" if jobs.is_ours(job) else str(job.region),
        stage=STAGES.get(job.stage, job.stage),
        percent=int(job.percent),
        since=_ago((moment - since).total_seconds()),
        attempts=int(job.attempts) + int(job.faults),
        error=job.error,
        reason=last_line(job),
    )


def _ago(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if (count := int(seconds // length)) > 0:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
