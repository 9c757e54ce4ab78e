"""What a child says that hostile input took over: its manifest must not lead the worker to other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from renderd.jobs.pictures import beside
from renderd.jobs.storing import store_folder
from renderd.lease import Lease
from renderd.sandbox import Crashed
from storefront.assets import jobs
from storefront.web.context import shop

BASE = "renditions/chairs/0123/"


def test_a_turntable_leaves_the_manifest_alone(tmp_path: Path) -> None:
    (tmp_path / "turntable").mkdir()
    (tmp_path / "turntable" / "a.webp").write_bytes(b"")
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(Crashed, match=r"'manifest\.json', which is not for it"):
        beside(tmp_path, "turntable.json")


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("high", "../../secret.json"),
        ("high", "/etc/secret.json"),
        ("../../snapshots", "a.json"),
        ("", "a.json"),
    ],
)
def test_a_manifest_leads_nowhere_else(app: Flask, tmp_path: Path, part: str, name: str) -> None:
    (tmp_path / "secret.json").write_text("hidden")
    out = tmp_path / "a" / "out"
    out.mkdir(parents=True)
    (out / "a.json").write_text("{}")
    manifest = {"levels": {part: {"path": name}}, "poster": {"images": []}}
    (out / "manifest.json").write_text(json.dumps(manifest))
    held = jobs.claim(jobs.request("clean-up", "nothing").job_id, "here")
    assert held is not None
    with Lease(held) as lease, pytest.raises(Crashed, match="no plain name"):
        store_folder(lease, out, BASE)
    assert not list(shop().objects.list(""))
