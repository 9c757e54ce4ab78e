"""One dataclass a page, one template a page, and what all templates may use."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from jinja2 import StrictUndefined, TemplateNotFound
from markupsafe import Markup

from storefront.web import money, plugin_files
from storefront.web.context import shop

log = logging.getLogger(__name__)

PUBLIC = "public, max-age=0, s-maxage=5, stale-while-revalidate=60, stale-if-error=86400"
PRIVATE = "private, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Set up Jinja: strict, with the globals of every template."""
    app.after_request(_keep_versioned)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        shop_name=shop_name,
        asset_url=asset_url,
        static_url=static_url,
        vendor_url=vendor_url,
        money=format_money,
        slot=slot,
    )


def render(template: str, page: object, *, status: int = 200, public: bool = False) -> Response:
    """Render a whole page. ``public`` marks one that is equal for all: it must not touch the session."""
    response = make_response(render_template(template, page=page), status)
    response.headers["Cache-Control"] = PUBLIC if public else PRIVATE
    return response


def fragment(
    template: str,
    page: object,
    *,
    status: int = 200,
    trigger: Mapping[str, object] | None = None,
    push_url: str | None = None,
) -> Response:
    """Render a piece of a page for htmx, with the event that it triggers and the address it stands for."""
    response = make_response(render_template(template, page=page), status)
    response.headers["Cache-Control"] = PRIVATE
    if trigger is not None:
        response.headers["HX-Trigger"] = json.dumps(trigger)
    if push_url is not None:
        response.headers["HX-Push-Url"] = push_url
    return response


def shop_name() -> str:
    """The name of the shop."""
    return shop().settings.shop_name


def format_money(amount: int) -> str:
    """An amount in minor units of the shop's currency, as a shopper reads it."""
    return money.text(amount, shop().settings.currency)


def asset_url(key: str) -> str:
    """Where a browser fetches a public object."""
    return f"{shop().settings.assets_url}/{key}"


def static_url(name: str) -> str:
    """The address of a file of ours, changing with its content so that browsers may keep it for ever.

    ``plugins/<plugin>/<file>`` names a plugin's file. Raises FileNotFoundError for one that isn't there.
    """
    return url_for("static", filename=name, v=_digest(_static_file(name)))


def vendor_url(name: str) -> str:
    """The address of a built third-party file: "htmx", "viewer" …, as the build's manifest lists it."""
    return static_url(f"vendor/{_vendor()[name]['file']}")


def slot(product: Any, name: str) -> Markup:
    """A plugin's block for a product's page: ``templates/<plugin>/_<name>.html``, empty without one.

    A block that fails is left out and logged: it costs itself and not the page.
    """
    owner = shop().registry.owner(product.product_type)
    if owner is None:
        return Markup("")
    template = f"{owner.plugin.name}/_{name}.html"
    try:
        return Markup(render_template(template, product=product))  # noqa: S704 - Jinja escaped it
    except TemplateNotFound as missing:
        if missing.name != template:
            log.exception("slot %s", template)
        return Markup("")
    except Exception:
        log.exception("slot %s", template)
        return Markup("")


def _keep_versioned(response: Response) -> Response:
    # The address of a static file holds its digest, so what lies there never changes. Another digest
    # is of an older or newer release: kept for ever, it would poison caches during a roll-out.
    if request.endpoint in ("static", "plugin_files.serve") and "v" in request.args:
        name = request.path.removeprefix("/static/")
        if response.status_code == 200 and request.args["v"] == _digest(_static_file(name)):
            response.headers["Cache-Control"] = FOR_EVER
    return response


def _static_file(name: str) -> Traversable:
    if name.startswith("plugins/"):
        _, plugin, rest = name.split("/", 2)
        return plugin_files.static_file(shop().registry, plugin, rest)
    return files("storefront").joinpath("static", *name.split("/"))


def _digest(file: Traversable) -> str:
    if current_app.debug:
        return _fingerprint(file)
    return _cached_fingerprint(str(file), file)


def _fingerprint(file: Traversable) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


_fingerprints: dict[str, str] = {}


def _cached_fingerprint(name: str, file: Traversable) -> str:
    if name not in _fingerprints:
        _fingerprints[name] = _fingerprint(file)
    return _fingerprints[name]


@cache
def _vendor() -> dict[str, dict[str, str]]:
    text = files("storefront").joinpath("static", "vendor", "manifest.json").read_text()
    return dict(json.loads(text))
