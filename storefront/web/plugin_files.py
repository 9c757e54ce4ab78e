"""Templates and static files of plugins, found in their packages."""

from __future__ import annotations

from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader

from storefront.registry import Registry
from storefront.web.context import shop

blueprint = Blueprint("plugin_files", __name__)


def init_app(app: Flask, registry: Registry) -> None:
    """Try the plugins' templates before the core's, and serve their static files."""
    own = app.create_global_jinja_loader()
    folders = [str(folder / "templates") for folder in map(_folder, registry.packages.values())]
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(folders), own])
    app.register_blueprint(blueprint)


def static_file(registry: Registry, plugin: str, name: str) -> Traversable:
    """A plugin's static file, which need not exist. Raises FileNotFoundError for an unknown plugin."""
    if plugin not in registry.packages:
        raise FileNotFoundError(f"no plugin is called {plugin}")
    return files(registry.packages[plugin]).joinpath("static", *name.split("/"))


@blueprint.get("/static/plugins/<plugin>/<path:name>")
def serve(plugin: str, name: str) -> Response:
    """A plugin's static file."""
    package = shop().registry.packages.get(plugin)
    if package is None:
        abort(404)
    age = current_app.get_send_file_max_age(name)
    return send_from_directory(_folder(package) / "static", name, max_age=age)


def _folder(package: str) -> Path:
    with as_file(files(package)) as folder:
        return folder
