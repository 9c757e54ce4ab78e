"""A fourth category comes as a wheel of its own, and the core doesn't change for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storefront.app import MODELS, create_app
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import create_tables

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "garden"
GUIDE = Path(__file__).parents[2] / "docs" / "plugins.md"

STORY = """
import os
from storefront.app import create_app
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot.build import rebuild
from storefront.settings import from_environ
from storefront.web.context import shop

app = create_app(from_environ(os.environ))
with app.app_context():
    catalog.ensure_categories(shop().registry)
    catalog.create_product(slug="long-planter", title="Long planter", product_type="planter",
        category="planter", price=12900, currency="EUR", attributes={"litres": 60}, state="active")
    rebuild(shop().registry, shop().objects)
    client = app.test_client()
    print(client.get("/c/garden").status_code)
    page = client.get("/p/long-planter?length=160").text
    print("Larch boards bend" in page, "Out in the rain" in page, "Freight of one piece" in page)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel of the example was installed, beside the shop."""
    folder = tmp_path_factory.mktemp("garden")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    source = shutil.copytree(EXAMPLE, folder / "source")
    build = (*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source)
    subprocess.run(build, check=True, cwd=folder, timeout=120)
    install = (*pip, "install", "--no-deps", "--target", folder / "site", next(folder.glob("*.whl")))
    subprocess.run(install, check=True, timeout=120)
    return folder / "site"


def test_a_wheel_beside_the_shop_sells_a_fourth_category(installed: Path, settings: Settings) -> None:
    own = replace(settings, table_prefix="garden")
    create_app(own)
    create_tables(MODELS)
    create_app(settings)
    environ = {**os.environ, **to_environ(own), "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", STORY], env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["200", "True", "True", "True"], done.stderr


def test_the_guide_shows_the_code_that_is_tested() -> None:
    guide = GUIDE.read_text()
    for name in ("pyproject.toml", "storefront_garden/__init__.py", "storefront_garden/meshes.py"):
        assert (EXAMPLE / name).read_text().strip() in guide
