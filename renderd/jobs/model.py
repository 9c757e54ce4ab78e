"""The job "model": from an uploaded file to renditions, and onto the product's page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from renderd import sandbox
from renderd.jobs.errors import Unusable
from renderd.jobs.photos import retake_poster
from renderd.jobs.storing import fetch, is_made, store_folder
from renderd.lease import Lease
from renderd.pipeline.manifest import PIPELINE_VERSION
from renderd.scratch import scratch
from storefront.assets.answers import intake as intake_of
from storefront.assets.models import READY, Asset
from storefront.assets.operations import AssetMissing, find, read_manifest
from storefront.assets.pictures import request_turntable
from storefront.catalog.models import Product
from storefront.catalog.operations import UnknownProduct, find_product, publication
from storefront.plugin_api import ProductType, Recipe
from storefront.stores.dynamo import Change, now
from storefront.stores.objects import ObjectMissing
from storefront.web.context import shop

FETCHED, MADE, STORED = 0.02, 0.95, 0.99
SEEDING = timedelta(minutes=1)
"""A shop that is being stocked has better things to do than turntables."""


def render(lease: Lease) -> tuple[Change, ...]:
    """Make the renditions of the asset that the claim names, or find them made."""
    asset, product = _subject(lease.claim.subject)
    kind = _kind(asset)
    intake = intake_of(asset.unit, asset.up, kind, product.attributes)
    base = _made(lease, asset, kind.recipe, intake)
    lease.progress("Publishing", STORED)
    return _outcome(asset, base, read_manifest(base))


def rendition_base(category: str, source_sha256: str, recipe: Recipe, intake: Mapping[str, Any]) -> str:
    """The key prefix of what this source becomes: equal work has equal keys and is done once."""
    made_of = json.dumps([source_sha256, asdict(recipe), intake, PIPELINE_VERSION], sort_keys=True)
    return f"renditions/{category}/{hashlib.sha256(made_of.encode()).hexdigest()[:32]}/"


def _subject(asset_id: str) -> tuple[Asset, Product]:
    try:
        asset = find(asset_id)
        return asset, find_product(asset.product_slug)
    except AssetMissing as error:
        raise Unusable("The upload was removed.") from error
    except UnknownProduct as error:
        raise Unusable("The product was removed while its model was made.") from error


def _kind(asset: Asset) -> ProductType:
    owned = shop().registry.owner(asset.product_type)
    if owned is None:
        raise Unusable(f"No plugin sells {asset.product_type!r} any more.")
    return owned.type


def _made(lease: Lease, asset: Asset, recipe: Recipe, intake: Mapping[str, Any]) -> str:
    with scratch() as home:
        source = home / f"source{Path(asset.filename).suffix.lower()}"
        lease.progress("Fetching the file", 0.01)
        try:
            digest = fetch(lease, asset.source_key, source)
        except ObjectMissing as error:
            raise Unusable("The uploaded file is gone. Upload it again.") from error
        base = rendition_base(asset.category, digest, recipe, intake)
        if not is_made(base):
            order = {"source": str(source), "out": str(home / "out"), "recipe": asdict(recipe)}
            progress = lease.part(FETCHED, MADE)
            sandbox.run("convert", {**order, "intake": intake}, home, progress)
            retake_poster(lease, home / "out", MADE)
            lease.progress("Storing", MADE)
            store_folder(lease, home / "out", base)
    return base


def _outcome(asset: Asset, base: str, manifest: Mapping[str, Any]) -> tuple[Change, ...]:
    told = (Asset.state.set(READY), Asset.base.set(base), Asset.error.set(""))
    digest = Asset.source_sha256.set(manifest["source"]["sha256"])
    ready = Change(
        Asset(asset.asset_id), (*told, digest, Asset.updated_at.set(now())), Asset.asset_id.exists()
    )
    # What a guess may have made too large or laid on its side is published by a person.
    if not asset.publish_when_ready or not manifest["source"].get("sure", True):
        return (ready,)
    # Whoever publishes in the end: its pictures are the same, and asking twice is asking once.
    request_turntable(base, asset.owner, wait=SEEDING, product=asset.product_slug)
    return ready, publication(asset.product_slug, asset.asset_id, base, manifest)
