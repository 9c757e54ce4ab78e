"""``python -m bench levels [MODEL …]``: the table, a row for each model and the medians.

This process stays small: on Linux a program's peak memory starts from that of the process that started it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.levels import rivals
from bench.levels.curve import bytes_at
from bench.levels.process import Cost, measured
from bench.options import file

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "bench"
SAMPLES = ROOT.parent / "shared" / "models"
JUDGES = ("renderd/pipeline/difference", "renderd/pipeline/poster", "bench/levels/judge.py")
LEVELS = ("preview", "standard", "high")


@dataclass(frozen=True, slots=True)
class Row:
    """One level of one model: ours, and what each tool needs for the same difference (bytes, reached)."""

    difference: float
    size: int
    needs: dict[str, tuple[float, bool]]
    cost: Cost

    @property
    def ratio(self) -> float:
        """Our bytes, as a share of those of the better tool."""
        return self.size / min(size for size, _ in self.needs.values())


def main(arguments: list[str]) -> None:
    """Compare the models named, or all samples beside the checkout."""
    parser = argparse.ArgumentParser("python -m bench levels", description=__doc__)
    parser.add_argument("models", nargs="*", type=file, metavar="MODEL")
    models = parser.parse_args(arguments).models or sorted(SAMPLES.glob("*.glb"))
    if not models:
        parser.error("there are no samples beside the checkout: name some models")
    rivals.install()
    CACHE.mkdir(parents=True, exist_ok=True)
    say("kB on the wire: brotli 11 for preview, else 9; ~ the tool does not reach the difference")
    heads = "".join(name.rjust(11) for name in ("difference", "ours", "transform", "gltfpack", "ratio"))
    say(f"{'model':28}{'level':9}{heads}")
    ratios: dict[str, list[float]] = {level: [] for level in LEVELS}
    shares: list[tuple[float, float, float]] = []
    for model in models:
        own = ours(model)
        rows = compared(model)
        for level, row in rows.items():
            say(f"{model.stem:28.28}{level:9}" + line(row))
            ratios[level].append(row.ratio)
        shares.append(on_cost(model, own, [row.cost for row in rows.values()]))
    say("median ratio of bytes: " + ", ".join(f"{level} {median(ratios[level]):.2f}" for level in LEVELS))
    cpu, memory, whole = (median(share) for share in zip(*shares, strict=True))
    say(
        f"median ratio to gltf-transform's three levels: without pictures CPU {cpu:.2f}, memory {memory:.2f};"
        f" memory with pictures {whole:.2f}"
    )


@dataclass(frozen=True, slots=True)
class Ours:
    """What our levels cost: the whole run, the CPU seconds that pictures have of it, and making them again
    by the same plans, without search or pictures.
    """

    whole: Cost
    pictures: float
    made: Cost


def ours(model: Path) -> Ours:
    """Make our levels twice: searched, and by the plans that were found."""
    out = CACHE / model.stem
    whole = measured([sys.executable, "-m", "bench.levels.ours", model, out])
    made = measured([sys.executable, "-m", "bench.levels.remade", model, out])
    return Ours(whole, float(json.loads((out / "pictures.json").read_text())), made)


def compared(model: Path) -> dict[str, Row]:
    """Our levels beside those of the tools."""
    made = {level: list(rivals.made(model, level, CACHE)) for level in LEVELS}
    own = {level: CACHE / model.stem / f"{level}.glb" for level in LEVELS}
    found = judged(model, {level: [own[level], *(m.path for m in made[level])] for level in LEVELS})
    return {level: row(model, made[level], found[level]) for level in LEVELS}


def row(model: Path, made: list[rivals.Made], found: list[tuple[float, int]]) -> Row:
    """One level; ``found`` is ours, then that of each file made.

    gltf-transform's cost is that of its run whose look is nearest to ours, run again now: costs compare only
    where they are measured side by side.
    """
    (difference, size), *others = found
    pairs = list(zip(made, others, strict=True))
    needs = {
        tool: bytes_at([result for m, result in pairs if m.tool == tool], difference)
        for tool in (rivals.TRANSFORM, rivals.PACK)
    }
    runs = [(abs(r[0] - difference), m) for m, r in pairs if m.tool == rivals.TRANSFORM and len(m.steps) == 1]
    nearest = min(runs, key=lambda run: run[0])[1]
    return Row(difference, size, needs, rivals.run(nearest.tool, nearest.steps, model, nearest.path))


def judged(model: Path, files: dict[str, list[Path]]) -> dict[str, list[tuple[float, int]]]:
    """(difference, bytes) of each level's files; what the same judge has judged before is remembered."""
    note = CACHE / f"judged-{judge_version()}.json"
    known: dict[str, tuple[float, int]] = json.loads(note.read_text()) if note.exists() else {}
    of = digest(model)
    keys = {level: [f"{level} {of} {digest(file)}" for file in found] for level, found in files.items()}
    fresh = {
        level: {
            key: str(file) for key, file in zip(keys[level], files[level], strict=True) if key not in known
        }
        for level in files
    }
    asked = {level: list(wanted.values()) for level, wanted in fresh.items() if wanted}
    if asked:
        answer = ask(model, asked)
        for level, rows in answer.items():
            known |= zip(fresh[level], rows, strict=True)
        note.write_text(json.dumps(known))
    return {level: [(known[key][0], known[key][1]) for key in found] for level, found in keys.items()}


def ask(model: Path, files: dict[str, list[str]]) -> dict[str, list[tuple[float, int]]]:
    """Let a process of its own judge the files of each level."""
    command = [sys.executable, "-m", "bench.levels.judge", str(model)]
    done = subprocess.run(command, input=json.dumps(files).encode(), capture_output=True, check=True)
    answer: dict[str, list[tuple[float, int]]] = json.loads(done.stdout)
    return answer


def judge_version() -> str:
    """A digest of the code that measures differences."""
    files = [
        file
        for name in JUDGES
        for file in sorted([ROOT / name, *(ROOT / name).rglob("*.py")])
        if file.is_file()
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def digest(file: Path) -> str:
    """A digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def line(row: Row) -> str:
    """Figures of a row."""
    needs = "".join(
        f"{'' if reached else '~'}{size / 1000:.1f}".rjust(11) for size, reached in row.needs.values()
    )
    return f"{row.difference:11.4f}{row.size / 1000:11.1f}{needs}{row.ratio:11.2f}"


def on_cost(model: Path, own: Ours, theirs: list[Cost]) -> tuple[float, float, float]:
    """Say what the three levels cost; our shares of gltf-transform's CPU, of its memory, and that of all."""
    cpu, memory = sum(cost.cpu for cost in theirs), max(cost.memory for cost in theirs)
    searched = own.whole.cpu - own.pictures
    say(
        f"{model.stem:28.28}CPU s {searched:.1f} (making {own.made.cpu:.1f}) + pictures {own.pictures:.1f}, "
        f"transform {cpu:.1f}; MB making {own.made.memory:.0f}, all {own.whole.memory:.0f}, "
        f"transform {memory:.0f}"
    )
    return searched / cpu, own.made.memory / memory, own.whole.memory / memory


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
