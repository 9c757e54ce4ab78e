"""Writes docs/settings.md from the settings table; with --check only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from storefront.settings import PREFIX, table

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# Settings

Generated from `storefront/settings.py` by `make docs`. `python -m storefront` starts a local server for each
store whose setting is not given.

| environment variable | default | what it is |
|---|---|---|
"""


def text() -> str:
    """The whole page."""
    rows = ((PREFIX + entry.name.upper(), entry.default, entry.metadata["help"]) for entry in table())
    return HEAD + "".join(f"| `{name}` | `{default}` | {told} |\n" for name, default, told in rows)


def main() -> int:
    """Exit status 1 if --check finds another text."""
    if "--check" in sys.argv:
        if DOCUMENT.read_text() == text():
            return 0
        print("docs/settings.md is out of date: run make docs", file=sys.stderr)  # noqa: T201
        return 1
    DOCUMENT.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
