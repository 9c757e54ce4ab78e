"""The fuzzer's engine: processes that work through numbered cases, and one that watches over them.

Case ``n`` of a run is made by a random source of its own, so that it can be made again alone.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from mmap import mmap
from pathlib import Path
from random import Random
from typing import NamedTuple

import psutil

from bench.fuzz.seeds import SEEDS, broken
from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import frame
from renderd.pipeline.clean import clean
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from renderd.pipeline.levels import build_all
from renderd.pipeline.lighten import Limit, lighten
from renderd.pipeline.mend import fill_coordinates
from renderd.pipeline.near import bring_near
from renderd.pipeline.plain import write_plain
from renderd.pipeline.poster import render_poster
from renderd.pipeline.progress import silent
from renderd.pipeline.prune import prune
from renderd.pipeline.report import on_source, survey
from renderd.pipeline.usd import write_usdz
from storefront.plugin_api import LEVELS, Recipe

BATCH = 400
"""Cases of one process, which then makes room for a fresh one."""


SHOWN = 7
"""One case of so many goes on to a poster and a USDZ, which cost more than all the rest."""

POSTER_SIDE = 64

PLACE = struct.Struct("<qdd")
"""What a working process says of its case: its number, and when it began by the wall and its processor."""

QUICK = Recipe(levels=tuple(replace(level, difference=1.0) for level in LEVELS if level.name == "standard"))
"""One level that is content with anything: the search for the smallest file costs fifty times as much."""


@dataclass(frozen=True)
class Caps:
    """What one case may take: seconds by the clock of the processor, bytes of address space."""

    seconds: int
    memory_bytes: int


CAPS = Caps(20, 3 << 30)


@dataclass
class Tally:
    """How the cases ended, by word."""

    ends: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak_bytes: int = 0
    """The most memory that a working process held."""

    def count(self, end: str, took: float, peak: int) -> None:
        """Count a case."""
        self.ends[end] += 1
        self.slowest, self.peak_bytes = max(self.slowest, took), max(self.peak_bytes, peak)


def convert(source: Path, shown: bool = False) -> None:
    """What a conversion does with a file; all of it, with pictures, if ``shown``. Raises ModelError."""
    opened = open_model(source, "auto")
    document = opened.document
    dropped = clean(document)
    prune(document)
    bounds = measure(document)
    on_source(survey(document), bounds, opened.taken, dropped, opened.mended)
    bounds = bring_near(document, bounds)
    fill_coordinates(document)
    recipe = Recipe() if shown else QUICK
    lighten(document, Limit.of(recipe.levels), partial(silent, "lighten"))
    built = build_all(document, bounds, recipe, silent)
    standard = Document.load_glb(built["standard"].glb)
    write_plain(standard)
    if shown:
        render_poster(standard, frame(bounds.min, bounds.max), POSTER_SIDE)
        write_usdz(standard, source.with_name("made.usdz"))


def case(seed: int, number: int, kind: str) -> tuple[str, bytes]:
    """Name of the seed and the bytes of a case."""
    random = Random(f"{seed}:{number}")
    name = random.choice([name for name in SEEDS if kind in name])
    return name, broken(random, name)


def attempt(seed: int, number: int, kind: str, folder: Path) -> tuple[str, str]:
    """Run a case: "converted" or "refused", and what there is to say. What else it raises is a finding."""
    source = folder / "source"
    source.write_bytes(case(seed, number, kind)[1])
    try:
        convert(source, shown=number % SHOWN == 0)
    except ModelError as error:
        return ("refused", "") if len(str(error)) < 600 else ("broken", "a message without an end")
    return "converted", ""


def work(numbers: range, seed: int, kind: str, place: mmap, told: int) -> None:
    """Run the cases of one process; says each to ``told`` as a line of JSON."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number in numbers:
            before = time.process_time()
            PLACE.pack_into(place, 0, number, time.monotonic(), before)
            end, words = attempt(seed, number, kind, Path(folder))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            line = json.dumps([number, end, words, time.process_time() - before, peak])
            os.write(told, line.encode() + b"\n")


def behave(caps: Caps, errors: int) -> None:
    """Set the caps of this process, and send what it prints to the file ``errors``."""
    resource.setrlimit(resource.RLIMIT_AS, (caps.memory_bytes, caps.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(errors, 1)
    os.dup2(errors, 2)


class End(NamedTuple):
    """How a case ended; seconds of the processor, and the most bytes that its process held until then."""

    number: int
    word: str
    words: str
    seconds: float = 0.0
    peak_bytes: int = 0


class Watched:
    """One working process, started again where it ends."""

    def __init__(self, first: int, step: int, seed: int, kind: str, caps: Caps) -> None:
        self.step, self.seed, self.kind, self.caps = step, seed, kind, caps
        self.place, self.errors = mmap(-1, 4096), os.memfd_create("errors")
        self.start(first)

    def start(self, first: int) -> None:
        """Fork from ``first`` on."""
        PLACE.pack_into(self.place, 0, first, time.monotonic(), 0.0)
        read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            # Whatever the work raises is told, and must not go on into the code above.
            try:
                behave(self.caps, self.errors)
                work(
                    range(first, first + BATCH * self.step, self.step),
                    self.seed,
                    self.kind,
                    self.place,
                    write,
                )
            finally:
                failed = sys.exc_info()[0] is not None
                if failed:
                    os.write(2, traceback.format_exc().encode())
                os._exit(int(failed))
        os.close(write)
        os.set_blocking(read, False)
        self.told, self.buffer = read, b""

    def look(self) -> Iterator[End]:
        """Outcomes since the last look, with those of a process that died or hung."""
        yield from self.lines()
        number = PLACE.unpack_from(self.place)[0]
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if not done and self.hangs():
            os.kill(self.pid, signal.SIGKILL)
            done, status = os.waitpid(self.pid, 0)
        if done:
            yield from self.lines()
            os.close(self.told)
            if status:
                words = self.said() or f"ended by signal or status {status}"
                yield End(number, "heavy" if "MemoryError" in words[-200:] else "broken", words)
            os.ftruncate(self.errors, 0)
            os.lseek(self.errors, 0, os.SEEK_SET)
            self.start(number + self.step)

    def hangs(self) -> bool:
        """Whether its case takes far too long: by its processor, or by the wall where it only waits."""
        since, before = map(float, PLACE.unpack_from(self.place)[1:])
        times = psutil.Process(self.pid).cpu_times()
        used: float = times.user + times.system - before
        return used > 2 * self.caps.seconds or time.monotonic() - since > 60 * self.caps.seconds

    def said(self) -> str:
        """The end of what it printed."""
        size = os.fstat(self.errors).st_size
        return os.pread(self.errors, 8000, max(0, size - 8000)).decode(errors="replace")

    def lines(self) -> Iterator[End]:
        """The lines that have come."""
        while True:
            try:
                chunk = os.read(self.told, 1 << 16)
            except BlockingIOError:
                return
            if not chunk:
                return
            *lines, self.buffer = (self.buffer + chunk).split(b"\n")
            for line in lines:
                yield End(*json.loads(line))

    def stop(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def fuzz(out: Path, seed: int, seconds: float, processes: int, kind: str, caps: Caps) -> Tally:
    """Run cases for ``seconds``; findings go to ``out``, one file and one text each."""
    tally, known = Tally(), set[str]()
    started = time.monotonic()
    workers = [Watched(number, processes, seed, kind, caps) for number in range(processes)]
    while time.monotonic() - started < seconds:
        for worker in workers:
            for number, end, words, took, peak in worker.look():
                late = took > caps.seconds
                tally.count("slow" if late else end, took, peak)
                if late or end in ("broken", "heavy"):
                    keep(out, seed, number, kind, words or f"{took:.1f} seconds", known)
        time.sleep(0.2)
    for worker in workers:
        worker.stop()
    total = sum(tally.ends.values())
    rate = total / (time.monotonic() - started)
    most = f"slowest {tally.slowest:.1f} s, most memory {tally.peak_bytes >> 20} MiB"
    sys.stdout.write(f"{total} cases, {rate:.1f} a second, {most}: {dict(tally.ends)}\n")
    return tally


def keep(out: Path, seed: int, number: int, kind: str, words: str, known: set[str]) -> None:
    """Save a finding, once for each place in the code where it ended."""
    sign = " ".join(line.strip() for line in words.splitlines()[-3:])[-300:]
    if sign in known:
        return
    known.add(sign)
    out.mkdir(parents=True, exist_ok=True)
    name, data = case(seed, number, kind)
    (out / f"{seed}-{number}-{name}").write_bytes(data)
    (out / f"{seed}-{number}.txt").write_text(words)
    sys.stdout.write(f"case {seed}:{number} ({name}): {sign}\n")
    sys.stdout.flush()
    shutil.copyfile(out / f"{seed}-{number}-{name}", out / "latest")
