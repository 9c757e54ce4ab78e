"""The clean-up removes what nobody names, and nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from storefront.assets import jobs, operations
from storefront.assets.cleanup import CAUSES, Cleaned, clean_up
from storefront.assets.models import CANCELLED, FAILED, READY, Asset
from storefront.backoffice.operations import publish
from storefront.catalog.models import Product
from storefront.catalog.operations import create_product, publish_media
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import now
from storefront.web.context import shop

DAYS = timedelta(days=2)


@pytest.fixture
def product(app: Flask, registry: Registry) -> Product:
    """A draft without a model."""
    kind = next(iter(registry.types))
    return create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )


def put(*keys: str) -> None:
    for key in keys:
        shop().objects.put_stream(key, io.BytesIO(b"12345678"), "application/octet-stream")


def age(settings: Settings) -> None:
    """Make everything that is stored two days old."""
    long_ago = time.time() - DAYS.total_seconds()
    for path in Path(settings.objects_url.removeprefix("file:")).rglob("*.json"):
        os.utime(path, (long_ago, long_ago))


def stored() -> list[str]:
    return list(shop().objects.list(""))


def cleaned(**things: int) -> dict[str, int]:
    return {cause: things.get(cause.replace(" ", "_"), 0) for cause in CAUSES}


def counts(found: Cleaned) -> dict[str, int]:
    return {cause: found.things[cause] for cause in CAUSES}


def test_an_upload_that_nobody_finished_ends_with_its_source(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 8)
    put(asset.source_key)
    Asset(asset.asset_id).update(actions=[Asset.updated_at.set(now() - DAYS)])
    assert counts(clean_up(())) == cleaned(unfinished_uploads=1)
    assert (operations.find(asset.asset_id).state, stored()) == (FAILED, [])


def test_an_upload_that_goes_on_is_left_alone(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 8)
    put(asset.source_key)
    assert (counts(clean_up(())), stored()) == (cleaned(), [asset.source_key])


def cancelled(product: Product) -> Asset:
    asset = operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model!"))
    return operations.cancel(asset.asset_id)


def long_gone(asset: Asset) -> None:
    Asset(asset.asset_id).update(actions=[Asset.updated_at.set(now() - timedelta(days=31))])


def test_the_file_of_a_cancelled_upload_goes_after_a_month(product: Product, settings: Settings) -> None:
    asset = cancelled(product)
    age(settings)
    assert (counts(clean_up(())), stored()) == (cleaned(), [asset.source_key])
    long_gone(asset)
    found = clean_up(())
    assert (counts(found), found.bytes) == (cleaned(sources_that_gave_no_model=1), 8)
    assert stored() == []


def test_what_is_gone_is_not_tried_again(product: Product, settings: Settings) -> None:
    asset = cancelled(product)
    age(settings)
    long_gone(asset)
    clean_up(())
    with pytest.raises(jobs.NotNow):
        jobs.retry(jobs.job_id_of("model", asset.asset_id))
    with pytest.raises(operations.SourceGone):
        operations.render_again(asset.asset_id)
    assert operations.find(asset.asset_id).state == CANCELLED


def test_the_file_of_an_upload_that_is_tried_again_stays(product: Product, settings: Settings) -> None:
    asset = cancelled(product)
    age(settings)
    long_gone(asset)
    jobs.retry(jobs.job_id_of("model", asset.asset_id))
    long_gone(asset)
    assert (counts(clean_up(())), stored()) == (cleaned(), [asset.source_key])


def test_a_clean_up_that_broke_off_goes_on_with_files_given_up(product: Product, settings: Settings) -> None:
    asset = cancelled(product)
    age(settings)
    long_gone(asset)
    with pytest.raises(InterruptedError):
        clean_up((), check=broken_off)
    assert stored() == [asset.source_key]
    assert counts(clean_up(())) == cleaned(sources_that_gave_no_model=1)


def broken_off() -> None:
    raise InterruptedError


def test_a_source_whose_asset_is_gone_is_removed(app: Flask, settings: Settings) -> None:
    put("uploads/gone/source")
    age(settings)
    found = clean_up(())
    assert (counts(found), found.objects, found.bytes) == (cleaned(sources_without_an_upload=1), 1, 8)
    assert stored() == []


def test_renditions_without_a_manifest_are_removed_after_a_day(app: Flask, settings: Settings) -> None:
    put("renditions/sofa/a/preview/x.glb", "renditions/sofa/a/preview/x.glb.br")
    assert counts(clean_up(())) == cleaned()
    age(settings)
    assert counts(clean_up(())) == cleaned(broken_renditions=1)
    assert stored() == []


def test_renditions_that_nobody_names_are_removed(app: Flask, settings: Settings) -> None:
    put("renditions/sofa/a/manifest.json", "renditions/sofa/a/high/x.glb")
    age(settings)
    assert counts(clean_up(())) == cleaned(unused_renditions=1)


def test_what_a_product_shows_or_an_asset_names_stays(product: Product, settings: Settings) -> None:
    asset = operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))
    Asset(asset.asset_id).update(actions=[Asset.state.set(READY), Asset.base.set("renditions/sofa/a/")])
    put("renditions/sofa/a/manifest.json", "renditions/sofa/b/manifest.json", "snapshots/current.json")
    before = stored()
    age(settings)
    assert counts(clean_up({"renditions/sofa/b/"})) == cleaned()
    assert stored() == before


def test_what_was_stored_again_lately_stays_whole(app: Flask, settings: Settings) -> None:
    put("renditions/sofa/a/manifest.json", "renditions/sofa/a/high/x.glb")
    age(settings)
    put("renditions/sofa/a/manifest.json")
    assert counts(clean_up(())) == cleaned()


def test_what_a_product_showed_until_just_now_stays(product: Product, settings: Settings) -> None:
    kept = {"old": "renditions/sofa/old/", "new": "renditions/sofa/new/"}
    for base in kept.values():
        shop().objects.put_stream(base + "manifest.json", io.BytesIO(b'{"report": []}'), "application/json")
    publish_media("thing", "before", kept["old"], {})
    asset, _ = operations.begin_upload(product, "thing.glb", 8)
    changed = (Asset.state.set(READY), Asset.base.set(kept["new"]))
    Asset(asset.asset_id).update(actions=[*changed])
    age(settings)
    publish(asset.asset_id)
    clean_up({kept["new"]})
    assert [key for key in stored() if key.startswith(kept["old"])] == [kept["old"] + "manifest.json"]


def test_a_dry_run_only_counts(app: Flask, settings: Settings) -> None:
    put("uploads/gone/source")
    age(settings)
    assert counts(clean_up((), dry_run=True)) == cleaned(sources_without_an_upload=1)
    assert stored() == ["uploads/gone/source"]


def test_the_command_line_counts_first(app: Flask, settings: Settings) -> None:
    put("uploads/gone/source")
    age(settings)
    command = (sys.executable, "-m", "renderd", "clean-up", "--dry-run")
    environ = {**os.environ, **to_environ(settings)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "sources without an upload: 1")
    assert stored() == ["uploads/gone/source"]
