"""``python -m bench chaos``: real jobs, while workers, work-horses and Valkey are killed at random.

Each job takes the whole way: an upload to storage, the record, the bell, a worker, the sandbox, the
renditions, the product; of equal models, only the first is converted. It prints whether each was
published exactly once, and how long a job whose process was killed waited until somebody took it up.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import trimesh

from storefront.app import MODELS, create_app
from storefront.assets import jobs
from storefront.assets import operations as assets
from storefront.assets.models import READY, RUNNING, WAITING, Asset, Job
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.embedded import services
from storefront.embedded.process import Child
from storefront.embedded.run import credentials
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import create_tables
from storefront.web.context import shop

LOOK_SECONDS = 0.2
WORKER, HORSE, VALKEY = "worker", "work-horse", "valkey"


@dataclass(slots=True)
class Recovery:
    """A job whose process was killed: when, under which fence, and when somebody had it again."""

    kind: str
    job_id: str
    fence: int
    killed_at: float
    seconds: float | None = None


@dataclass(slots=True)
class Outcome:
    """What became of all jobs. ``versions`` counts how often each product was written after it was made."""

    jobs: int
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    recoveries: list[Recovery] = field(default_factory=list)
    versions: Counter[int] = field(default_factory=Counter)
    unready: list[str] = field(default_factory=list)
    claims: int = 0

    @property
    def longest(self) -> float:
        """Seconds of the longest delay to recovery."""
        return max((found.seconds or 0.0 for found in self.recoveries), default=0.0)

    @property
    def exactly_once(self) -> bool:
        """Whether every job was done, and published once."""
        return not self.unready and self.versions == {1: self.jobs}

    def rows(self) -> Iterator[tuple[str, str]]:
        """The table."""
        yield "jobs", f"{self.jobs} in {self.seconds:.0f} s"
        yield "killed", ", ".join(f"{count} x {kind}" for kind, count in sorted(self.kills.items()))
        yield "claims", f"{self.claims} for {self.jobs} jobs"
        yield "published exactly once", f"{self.versions[1]} of {self.jobs}"
        twice = sum(count for times, count in self.versions.items() if times > 1)
        yield "published more than once", str(twice)
        yield "lost", str(len(self.unready))
        for kind in (WORKER, HORSE):
            delays = [found.seconds for found in self.recoveries if found.kind == kind and found.seconds]
            if delays:
                median, longest = statistics.median(delays), max(delays)
                yield f"recovery after a killed {kind}", f"median {median:.1f} s, longest {longest:.1f} s"


class Arena:
    """The shop's stores, and workers that are started again when they die."""

    def __init__(self, settings: Settings, valkey: Child, workers: int, logs: Path) -> None:
        self._environ = {**os.environ, **to_environ(settings)}
        self._valkey, self._logs = valkey, logs
        self._valkey_back_at, self._told = 0.0, ""
        self.outcome = Outcome(0)
        self._workers = [self._begin(number) for number in range(workers)]

    def keep(self) -> None:
        """Start again what ended, as a supervisor does; note which jobs were taken up again."""
        for number, worker in enumerate(self._workers):
            if worker.poll() is not None:
                self._workers[number] = self._begin(number)
        if self._valkey.process.poll() is not None and time.monotonic() >= self._valkey_back_at:
            self._valkey.process = self._valkey.launch()
        for found in self.outcome.recoveries:
            if found.seconds is None:
                job = Job.get(found.job_id, consistent_read=True)
                if job.fence > found.fence or job.state not in (RUNNING, WAITING):
                    found.seconds = time.monotonic() - found.killed_at

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill -9 one process of this kind, if there is one."""
        if kind == VALKEY:
            self._valkey.process.kill()
            self._valkey.process.wait()
            self._valkey_back_at = time.monotonic() + chance.uniform(0, 10)
            self.outcome.kills[kind] += 1
            return
        # Turntables follow when no model waits: how long they wait says nothing.
        models = [job for job in Job.by_state.query(RUNNING) if job.kind == "model"]
        running = [(job, worker) for job in models if (worker := self._of(job))]
        if not running:
            return
        job, worker = chance.choice(running)
        victim = worker if kind == WORKER else next(iter(worker.children()), None)
        if victim is not None:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
                self._note(kind, job)

    def tell(self, left: int, seconds: float) -> None:
        """Say how far it is, where that changed."""
        news = f"{left} left, {self.outcome.kills.total()} killed"
        if news != self._told:
            print(f"{seconds:6.0f} s  {news}", file=sys.stderr, flush=True)
            self._told = news

    def stop(self) -> None:
        """End the workers; they are told first."""
        for worker in self._workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self._workers:
            worker.wait(60)

    def _begin(self, number: int) -> subprocess.Popen[bytes]:
        with (self._logs / f"worker-{number}.log").open("ab") as out:
            command = (sys.executable, "-m", "renderd", "worker")
            return subprocess.Popen(command, env=self._environ, stdout=out, stderr=out)

    def _of(self, job: Job) -> psutil.Process | None:
        pids = {worker.pid for worker in self._workers if worker.poll() is None}
        pid = int(job.worker.rpartition(".")[2])
        return psutil.Process(pid) if pid in pids else None

    def _note(self, kind: str, job: Job) -> None:
        self.outcome.kills[kind] += 1
        waits = [found for found in self.outcome.recoveries if found.seconds is None]
        if job.job_id not in {found.job_id for found in waits}:
            found = Recovery(kind, job.job_id, int(job.fence), time.monotonic())
            self.outcome.recoveries.append(found)


@contextmanager
def arena(workers: int) -> Iterator[Arena]:
    """Servers and workers in a folder of their own, inside an application's context."""
    credentials()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        data = Path(folder)
        quiet = replace(Settings(), log_level="WARNING")
        embedded = services.launch(quiet, frozenset(), data, "sqlite")
        valkey = next(child for child in embedded.children if child.name == "valkey")
        try:
            with create_app(embedded.settings).app_context():
                create_tables(MODELS)
                made = Arena(embedded.settings, valkey, workers, data / "logs")
                try:
                    yield made
                finally:
                    made.stop()
        finally:
            embedded.stop()


def run(
    count: int, models: int, workers: int, seed: int, pause: float, kills: int, patience: float = 3600.0
) -> Outcome:
    """Do ``count`` jobs on ``models`` different models; kill something each ``pause`` seconds or so, but
    not more than ``kills`` times.

    Raises TimeoutError where they aren't all over after ``patience`` seconds.
    """
    chance, begun = random.Random(seed), time.monotonic()
    with arena(workers) as fight:
        fight.outcome.jobs = count
        ids = [_upload(number, number % models) for number in range(count)]
        next_kill = time.monotonic() + chance.uniform(0, 2 * pause)
        while left := sum(asset.working for asset in Asset.batch_get(ids)):
            fight.tell(left, time.monotonic() - begun)
            if time.monotonic() - begun > patience:
                raise TimeoutError(f"not all jobs are over after {patience:.0f} s")
            if time.monotonic() >= next_kill and fight.outcome.kills.total() < kills:
                kinds = chance.choices((WORKER, HORSE, VALKEY), (5, 5, 1))
                fight.kill(kinds[0], chance)
                next_kill = time.monotonic() + chance.uniform(0, 2 * pause)
            fight.keep()
            time.sleep(LOOK_SECONDS)
        fight.keep()
        return _judge(fight.outcome, ids, time.monotonic() - begun)


def _upload(number: int, model: int) -> str:
    kind = next(iter(shop().registry.types))
    product = catalog.create_product(
        slug=f"thing-{number}", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )
    file = io.BytesIO(trimesh.creation.box((0.4, 0.3, 0.2 + model / 1000)).export(file_type="glb"))
    name, owner = f"thing-{number}.glb", f"merchant-{number % 3}"
    return assets.upload_stream(product, name, file, owner=owner, publish_when_ready=True).asset_id


def _judge(outcome: Outcome, ids: list[str], seconds: float) -> Outcome:
    outcome.seconds = seconds
    for asset in Asset.batch_get(ids, consistent_read=True):
        product = Product.get(asset.product_slug, consistent_read=True)
        job = jobs.find_job("model", asset.asset_id)
        outcome.versions[int(product.version) - 1] += 1
        outcome.claims += int(job.fence) - 1 if job else 0
        if asset.state != READY or product.asset_id != asset.asset_id:
            outcome.unready.append(f"{asset.asset_id}: {asset.state}: {asset.error}")
    return outcome


def main(arguments: list[str]) -> int:
    """Run it and print the table; exit status 1 where a job was lost or doubled, or waited over 90 s."""
    parser = argparse.ArgumentParser("python -m bench chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--models", type=int, default=200, help="how many different models they are")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=8.0, help="seconds between kills, on average")
    parser.add_argument("--kills", type=int, default=60, help="at most")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    how = options.workers, options.seed, options.pause, options.kills
    outcome = run(options.jobs, options.models, *how)
    for name, value in outcome.rows():
        print(f"{name:36}{value}")
    for line in outcome.unready:
        print(f"  {line}")
    return 0 if outcome.exactly_once and outcome.longest <= 90 else 1
