"""``python -m bench levels [MODEL …]``: the table, a row for each model and the medians.

This process stays small: on Linux a program's peak memory starts from that of the process that started it.
"""

from __future__ import annotations

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


def main(names: list[str]) -> None:
    """Compare the models named, or all samples beside the checkout."""
    rivals.install()
    CACHE.mkdir(parents=True, exist_ok=True)
    models = [Path(name) for name in names] or sorted(SAMPLES.glob("*.glb"))
    say("kB on the wire: brotli 11 for preview, else 9; ~ the tool does not reach the difference")
    heads = "".join(name.rjust(11) for name in ("difference", "ours", "transform", "gltfpack", "ratio"))
    say(f"{'model':28}{'level':9}{heads}")
    ratios: dict[str, list[float]] = {level: [] for level in LEVELS}
    shares: list[tuple[float, float]] = []
    for model in models:
        own, pictures = ours(model)
        rows = {level: compare(model, level) for level in LEVELS}
        for level, row in rows.items():
            say(f"{model.stem:28.28}{level:9}" + line(row))
            ratios[level].append(row.ratio)
        shares.append(on_cost(model, own, pictures, [row.cost for row in rows.values()]))
    say("median ratio of bytes: " + ", ".join(f"{level} {median(ratios[level]):.2f}" for level in LEVELS))
    cpu, memory = (median(share) for share in zip(*shares, strict=True))
    say(f"median ratio to gltf-transform's three levels: CPU {cpu:.2f} without pictures, memory {memory:.2f}")


def ours(model: Path) -> tuple[Cost, float]:
    """Make our levels; their cost, and the CPU seconds that comparing pictures has of it."""
    out = CACHE / model.stem
    cost = measured([sys.executable, "-m", "bench.levels.ours", model, out])
    return cost, float(json.loads((out / "pictures.json").read_text()))


def compare(model: Path, level: str) -> Row:
    """Our level beside those of the tools."""
    made = list(rivals.made(model, level, CACHE))
    own, *others = judged(model, level, [CACHE / model.stem / f"{level}.glb", *(m.path for m in made)])
    points = {
        tool: [found for m, found in zip(made, others, strict=True) if m.tool == tool]
        for tool in (rivals.TRANSFORM, rivals.PACK)
    }
    needs = {tool: bytes_at(found, own[0]) for tool, found in points.items()}
    near = min(
        (abs(found[0] - own[0]), index)
        for index, (m, found) in enumerate(zip(made, others, strict=True))
        if m.tool == rivals.TRANSFORM and m.steps == 1
    )
    return Row(own[0], own[1], needs, made[near[1]].cost)


def judged(model: Path, level: str, files: list[Path]) -> list[tuple[float, int]]:
    """(difference, bytes) of each file; what has been judged before by the same judge is remembered."""
    note = CACHE / f"judged-{judge_version()}.json"
    known: dict[str, list[float]] = json.loads(note.read_text()) if note.exists() else {}
    keys = {file: f"{level} {digest(model)} {digest(file)}" for file in files}
    fresh = [file for file in files if keys[file] not in known]
    if fresh:
        command = [sys.executable, "-m", "bench.levels.judge", str(model), level, *map(str, fresh)]
        said = subprocess.run(command, check=True, capture_output=True, timeout=1200).stdout
        known |= zip((keys[file] for file in fresh), json.loads(said), strict=True)
        note.write_text(json.dumps(known))
    return [(known[keys[file]][0], int(known[keys[file]][1])) for file in files]


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


def on_cost(model: Path, own: Cost, pictures: float, theirs: list[Cost]) -> tuple[float, float]:
    """Say what the three levels cost; returns our share of gltf-transform's CPU and memory."""
    cpu, memory = sum(cost.cpu for cost in theirs), max(cost.memory for cost in theirs)
    say(
        f"{model.stem:28.28}CPU s {own.cpu - pictures:.1f} + pictures {pictures:.1f}, transform {cpu:.1f}; "
        f"MB {own.memory:.0f}, transform {memory:.0f}"
    )
    return (own.cpu - pictures) / cpu, own.memory / memory


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
