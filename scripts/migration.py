"""Writes the next step of storefront/migrations from what the models say: ``scripts/migration.py "Subject"``.

``--again`` takes the newest step back first: only while it is in no release. Read what it wrote; a step must
let the release before it run on (docs/decisions): it adds, and drops nothing that this release still wrote.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from storefront.stores.database import Database
from storefront.stores.migrating import configured


def main() -> None:
    """Migrate an empty SQLite to the newest step, compare it with the models, and write the difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subject")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder, 'empty.sqlite')}")
        with database.engine.connect() as connection:
            config = configured(connection)
            steps = ScriptDirectory.from_config(config)
            last = steps.get_revision("head")
            if options.again:
                Path(last.path).unlink()
                last = steps.get_revision(str(last.down_revision))
            database.upgrade()
            number = f"{int(last.revision) + 1:04d}"
            made = command.revision(config, options.subject, autogenerate=True, rev_id=number)
        database.engine.dispose()
    path = Path(made.path)  # type: ignore[union-attr]
    path.write_text("".join(line for line in path.open() if not line.lstrip().startswith("# ###")))
    for tidy in (("format", "--quiet"), ("check", "--fix", "--quiet")):
        subprocess.run((Path(sys.executable).parent / "ruff", *tidy, path), check=True)  # noqa: S603
    print(path)  # noqa: T201


if __name__ == "__main__":
    main()
