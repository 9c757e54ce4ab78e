"""``python -m bench shop [MODEL …]``: pages and, of the models named (or the demo goods), conversions."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from bench import models, pages
from bench.options import file
from storefront.app import MODELS, create_app
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot.build import rebuild
from storefront.embedded import services
from storefront.embedded.run import credentials
from storefront.registry import discover, seeds
from storefront.settings import Settings
from storefront.stores.dynamo import create_tables
from storefront.web.context import shop


def main(arguments: list[str]) -> None:
    """Run both measurements on servers of their own."""
    parser = argparse.ArgumentParser("python -m bench shop", description=__doc__)
    parser.add_argument("models", nargs="*", type=file, metavar="MODEL")
    named = parser.parse_args(arguments).models
    credentials()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        embedded = services.launch(replace(Settings(), log_level="ERROR"), frozenset(), data, "sqlite")
        try:
            _pages(embedded.settings)
        finally:
            embedded.stop()
        models.run(named or _demo_models(data))


def _pages(settings: Settings) -> None:
    app = create_app(settings)
    create_tables(MODELS)
    with app.app_context():
        catalog.ensure_categories(shop().registry)
        for _, seed in seeds(shop().registry):
            fields = {name: getattr(seed, name) for name in ("slug", "title", "product_type", "price")}
            catalog.create_product(**fields, category=seed.product_type, currency="EUR", state="active")
        rebuild(shop().registry, shop().objects)
        slug = next(seed.slug for _, seed in seeds(shop().registry))
    pages.run(app, slug)


def _demo_models(folder: Path) -> list[Path]:
    files = []
    for _, seed in seeds(discover()):
        module, _, function = seed.model.partition(":")
        files.append(folder / f"{seed.slug}.glb")
        files[-1].write_bytes(getattr(import_module(module), function)())
    return files
