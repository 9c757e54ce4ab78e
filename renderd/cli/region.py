"""``adopt-region``: go on with the renders of a region that is lost."""

from __future__ import annotations

import argparse
import os
import sys


def add_region(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``adopt-region LOST``: on the stores that the settings name."""
    parser = commands.add_parser("adopt-region", help="take over what a lost region was to render")
    parser.add_argument("lost", help="its STOREFRONT_DYNAMODB_REGION")
    parser.set_defaults(run=run_region)


def run_region(options: argparse.Namespace) -> int:
    """Print how much was taken over; the exit status: 2 for the region that this is."""
    from storefront.app import create_app
    from storefront.assets import jobs
    from storefront.stores.secrets import settings_of

    with create_app(settings_of(os.environ, sells=False)).app_context():
        try:
            taken, assets = jobs.adopt_region(options.lost)
        except ValueError as error:
            sys.stderr.write(f"renderd: {error}\n")
            return 2
    sys.stdout.write(f"jobs: {taken}\nuploads: {assets}\n")
    return 0
