"""The jobs of a worker. They may run twice, in part or late: the asset's fence makes that harmless."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from renderd import sandbox
from renderd.pipeline import PIPELINE_VERSION
from storefront.assets.jobs import Claim, LeaseLost, claim, complete, fail, renew
from storefront.assets.operations import read_manifest
from storefront.catalog.operations import UnknownProduct, publish_media
from storefront.plugin_api import Recipe
from storefront.stores.dynamo import Unavailable
from storefront.stores.objects import ObjectMissing, ObjectsAway
from storefront.web.context import shop

CHUNK = 1 << 20
TELL_SECONDS, RENEW_SECONDS = 0.5, 4.0
CONTENT_TYPES = {
    ".glb": "model/gltf-binary",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".usdz": "model/vnd.usdz+zip",
}

log = logging.getLogger(__name__)


def render_asset(asset_id: str) -> str:
    """Make the renditions of one asset. The outcome: "busy", "lost", "ready", "failed" or "again"."""
    held = claim(asset_id, os.environ.get("RQ_WORKER_ID", ""))
    if held is None:
        return "busy"
    try:
        return _attempt(held)
    except LeaseLost:
        log.warning("asset %s: another worker took over", asset_id)
        return "lost"


def _attempt(held: Claim) -> str:
    try:
        _render(held)
    except sandbox.BadModel as error:
        fail(held, _sentence(error), retry=False)
        return "failed"
    except ObjectMissing:
        fail(held, "The uploaded file is gone. Upload it again.", retry=False)
        return "failed"
    except UnknownProduct:
        fail(held, "The product was removed while its model was made.", retry=False)
        return "failed"
    except (sandbox.Crashed, ObjectsAway, Unavailable, OSError) as error:
        log.error("asset %s, attempt %d: %s", held.asset_id, held.attempts, error)
        fail(held, str(error), retry=True)
        return "again"
    return "ready"


def _render(held: Claim) -> None:
    owned = shop().registry.owner(held.product_type)
    if owned is None:
        raise sandbox.BadModel(f"No plugin sells {held.product_type!r} any more.")
    recipe = owned.type.recipe
    with tempfile.TemporaryDirectory(prefix="render-") as folder:
        source = Path(folder) / f"source{Path(held.filename).suffix.lower()}"
        renew(held, "Fetching the file", 1)
        digest = _download(held.source_key, source)
        base = rendition_base(held.category, digest, recipe)
        if shop().objects.head(base + "manifest.json") is None:
            out = Path(folder) / "out"
            order = {"source": str(source), "out": str(out), "recipe": asdict(recipe)}
            sandbox.run("convert", order, Path(folder), _reporter(held))
            renew(held, "Storing", 95)
            _upload(out, base)
    renew(held, "Publishing", 99)
    if held.publish_when_ready:
        publish_media(held.product_slug, held.asset_id, base, read_manifest(base))
    complete(held, base, digest)


def rendition_base(category: str, source_sha256: str, recipe: Recipe) -> str:
    """The key prefix of what this source becomes: equal work has equal keys and is done once."""
    made_of = json.dumps([source_sha256, asdict(recipe), PIPELINE_VERSION], sort_keys=True)
    return f"renditions/{category}/{hashlib.sha256(made_of.encode()).hexdigest()[:32]}/"


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _reporter(held: Claim) -> sandbox.Progress:
    told: tuple[str, int] = ("", 0)
    at = 0.0

    def report(stage: str, share: float) -> None:
        nonlocal told, at
        # The conversion is what lies between 2 and 95 % of the job.
        news, moment = (stage, 2 + round(93 * share)), time.monotonic()
        if moment - at > (TELL_SECONDS if news != told else RENEW_SECONDS):
            renew(held, *news)
            told, at = news, moment

    return report


def _download(key: str, target: Path) -> str:
    digest = hashlib.sha256()
    with shop().objects.open_range(key).stream as stream, target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _upload(out: Path, base: str) -> None:
    manifest = json.loads((out / "manifest.json").read_bytes())
    for folder, entry in _entries(manifest):
        name = entry["path"]
        entry["path"] = f"{folder}/{name}"
        _put(out / name, base + entry["path"])
        if (out / f"{name}.br").exists():
            _put(out / f"{name}.br", base + entry["path"] + ".br")
    (out / "manifest.json").write_text(json.dumps(manifest))
    # Last: a folder with a manifest is complete.
    _put(out / "manifest.json", base + "manifest.json")


def _entries(manifest: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from manifest["levels"].items()
    for image in manifest["poster"]["images"]:
        yield "poster", image
    for kind in ("plain", "usdz"):
        if manifest[kind]:
            yield kind, manifest[kind]


def _put(path: Path, key: str) -> None:
    packed = path.suffix == ".br"
    kind = path.with_suffix("").suffix if packed else path.suffix
    with path.open("rb") as stream:
        shop().objects.put_stream(key, stream, CONTENT_TYPES[kind], encoding="br" if packed else None)
