"""For authors of plugins: a new one that works, and a judgement of those that are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

from storefront.conformance import faults
from storefront.registry import PluginError, discover

_SKELETON = {
    "pyproject.toml": "pyproject.toml.txt",
    "{package}/__init__.py": "__init__.py.txt",
    "{package}/meshes.py": "meshes.py.txt",
    "{package}/templates/{name}/_story.html": "_story.html.txt",
    "tests/test_plugin.py": "test_plugin.py.txt",
}


def create(name: str, beside: Path) -> Path:
    """Write a plugin of this name into a folder of its own; returns the folder. Raises PluginError."""
    if not re.fullmatch(r"[a-z][a-z0-9]*", name):
        raise PluginError(
            f"{name!r} is no name for a plugin: take lower-case letters and digits, as in garden"
        )
    folder, package = beside / name, f"storefront_{name}"
    if folder.exists():
        raise PluginError(f"{folder} is there already: choose another name, or remove it first")
    words = {"name": name, "package": package, "title": name.capitalize()}
    for path, source in _SKELETON.items():
        text = files("storefront").joinpath("skeleton", source).read_text("utf-8")
        target = folder / path.format(**words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(text).substitute(words), "utf-8")
    return folder


def judged() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each installed plugin in a line, with its faults. Raises PluginError where the shop wouldn't start."""
    registry = discover()
    for plugin in registry.plugins.values():
        package = registry.packages[plugin.name]
        kinds = ", ".join(kind.plural for kind in plugin.product_types)
        yield f"{plugin.name} ({package}): {kinds}", faults(plugin, package)
