"""``clean-up``: remove now what the daily clean-up would, or only say what that is."""

from __future__ import annotations

import argparse
import os
import sys


def add_cleanup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``clean-up [--dry-run]``: on the stores that the settings name."""
    parser = commands.add_parser("clean-up", help="remove uploads and renditions that nothing names")
    parser.add_argument("--dry-run", action="store_true", help="only count them")
    parser.set_defaults(run=run_cleanup)


def run_cleanup(options: argparse.Namespace) -> int:
    """Print counts and bytes; the exit status."""
    from renderd.jobs.cleanup import shown
    from storefront.app import create_app
    from storefront.assets.cleanup import clean_up
    from storefront.stores.secrets import settings_of

    with create_app(settings_of(os.environ, sells=False)).app_context():
        cleaned = clean_up(shown(), dry_run=options.dry_run)
    for line in cleaned.lines():
        sys.stdout.write(f"{line}\n")
    return 0
