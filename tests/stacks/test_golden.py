"""What the stacks of two regions are today, so that a change of them is seen and meant."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.stacks.sets import built
from troposphere_stacks.manifest import as_json

GOLDEN = Path(__file__).parent / "golden" / "prod-2regions"
RENEW = "if that is meant: python -m troposphere_stacks build --out tests/stacks/golden/prod-2regions"


def changes(path: Path, now: bytes) -> list[str]:
    was = path.read_bytes() if path.exists() else b""
    if was == now:
        return []
    name = str(path.relative_to(GOLDEN))
    return list(unified_diff(was.decode().splitlines(), now.decode().splitlines(), name, "now", lineterm=""))


def test_the_templates_and_the_manifest_are_as_they_were() -> None:
    wanted = {entry.file: entry.body for entry in built().values()}
    wanted["manifest.json"] = as_json([entry.described() for entry in built().values()])
    changed = [line for file, body in wanted.items() for line in changes(GOLDEN / file, body)]
    if changed:
        shown = "\n".join(changed[:120])
        pytest.fail(f"stacks have changed ({len(changed)} lines); {RENEW}\n{shown}", pytrace=False)


def test_there_is_no_template_of_a_stack_that_is_gone() -> None:
    files = {str(path.relative_to(GOLDEN)) for path in GOLDEN.glob("*/*.json")}
    assert files == {entry.file for entry in built().values()}, RENEW
