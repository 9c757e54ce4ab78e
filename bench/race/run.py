"""The race from start to end."""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from bench.race.arena import PATHS, Arena, Kill, arena, plan
from bench.race.browser import Browser
from bench.race.buyer import NEITHER, REFUSED, WAITS, Buyer, Door, Told, draw
from bench.race.judge import Books, Figure, figures, read, settled
from bench.race.stocktaker import counting

SERVERS = 2
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Race:
    """What to run. ``spread`` are the seconds in which the buyers arrive, ``patience`` those for which one
    click is tried again; without ``never``, every payment's webhook comes at some time. ``folder`` keeps
    the servers' data and logs.
    """

    seed: int = 1
    buyers: int = 400
    units: int = 60
    web_kills: int = 2
    database_kills: int = 1
    spread: float = 40.0
    patience: float = 120.0
    never: bool = True
    settling: float = 330.0
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. ``seconds`` until the last buyer left, and then until everything was settled."""

    race: Race
    told: Sequence[Told]
    kills: Sequence[Kill]
    books: Books
    seconds: float
    settling: float | None

    @property
    def figures(self) -> list[Figure]:
        """The report, line by line."""
        there = Figure("kills that came", sum(kill.away is not None for kill in self.kills), len(self.kills))
        calm = Figure("settled in the end", self.settling is not None, True)
        return [*figures(self.books, self.told, self.race.units), there, calm]

    @property
    def wrong(self) -> list[Figure]:
        """What isn't as it must be."""
        return [figure for figure in self.figures if not figure.right]


def run(race: Race) -> Result:
    """Let them race. Raises TimeoutError and ``StartError`` where servers don't start."""
    chance = random.Random(race.seed)
    kills = plan(chance, race.units, race.web_kills, race.database_kills, SERVERS)
    early = race.units / race.buyers / 2
    wishes = [draw(number, PATHS, chance, race.spread, race.never, early) for number in range(race.buyers)]
    with _folder(race.folder) as folder, arena(kills, SERVERS, race.units, folder) as ground:
        pool = urllib3.PoolManager(maxsize=race.buyers, block=False)
        door = Door(sum(not wish.early for wish in wishes), race.spread + race.patience)
        buyers = [
            Buyer(wish, Browser(pool, ground.origins, own, race.patience), own, door, ground.paid)
            for wish in wishes
            if (own := random.Random(f"{race.seed}-{wish.number}"))
        ]
        with counting(ground, chance):
            _all(buyers, Buyer.buy, ground)
        seconds = ground.seconds
        settling = settled(ground, race.settling)
        waiting = [buyer for buyer in buyers if buyer.told.end == WAITS]
        _all(waiting, Buyer.look, ground)
        return Result(race, [buyer.told for buyer in buyers], kills, read(ground), seconds, settling)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="race-") as name:
        yield Path(name)


def _all(buyers: Sequence[Buyer], act: Callable[[Buyer], None], ground: Arena) -> None:
    """Everybody at once, each in a thread, while the servers are looked after."""
    threads = [threading.Thread(target=act, args=(buyer,), daemon=True) for buyer in buyers]
    for thread in threads:
        thread.start()
    news = ""
    while any(thread.is_alive() for thread in threads):
        ground.keep()
        news = _tell(ground, threads, news)
        time.sleep(LOOK_SECONDS)


def _tell(ground: Arena, threads: Sequence[threading.Thread], before: str) -> str:
    """Say how far it is, where a kill or ten payments more changed that."""
    killed = sum(kill.at is not None for kill in ground.kills)
    news = f"{ground.payments // 10 * 10}+ payments, {killed} kills"
    if news != before:
        left = sum(thread.is_alive() for thread in threads)
        print(f"{ground.seconds:6.0f} s  {news}, {left} buyers on their way", file=sys.stderr, flush=True)
    return news


def report(result: Result) -> Iterator[str]:
    """What is printed."""
    race = result.race
    yield f"seed {race.seed}: {race.buyers} buyers, {race.units} units, {SERVERS} web processes, PostgreSQL"
    for figure in result.figures:
        mark = "" if figure.right else f"   WRONG: {figure.expected} expected"
        yield f"{figure.name:44}{figure.value}{mark}"
    for kill in result.kills:
        yield f"{'killed':44}{kill}"
    tries = sum(one.retries for one in result.told)
    yield f"{'requests tried again':44}{tries}, by {sum(one.retries > 0 for one in result.told)} buyers"
    settling = "never" if result.settling is None else f"{result.settling:.0f} s later"
    yield f"{'duration':44}{result.seconds:.0f} s until the last buyer left, settled {settling}"
    yield from _words(result.told)


def _words(told: Sequence[Told]) -> Iterator[str]:
    for words, count in Counter(one.words for one in told if one.end == REFUSED).most_common():
        yield f"{count:4} were told: {words}"
    for one in told:
        if one.end in (NEITHER, WAITS):
            yield f"  buyer {one.wish.number}: {one.end}: {one.words}; {' > '.join(one.trail[-8:])}"
