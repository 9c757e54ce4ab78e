"""The composition root: makes one application out of settings. It wires, nothing else."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront import lifeline
from storefront.accounts import privacy
from storefront.accounts import views as accounts
from storefront.assets import models as asset_models
from storefront.assets import pictures
from storefront.assets import views as assets
from storefront.backoffice import views as backoffice
from storefront.backoffice.orders import views as order_desk
from storefront.backoffice.running import views as running
from storefront.backoffice.stockroom import views as stockroom
from storefront.backoffice.vouchers import views as voucher_desk
from storefront.cart import merging
from storefront.cart import models as cart_models
from storefront.cart import personal as carts
from storefront.cart import views as cart
from storefront.catalog import crawling
from storefront.catalog import models as catalog_models
from storefront.catalog import operations as catalog_operations
from storefront.catalog import views as catalog
from storefront.catalog.snapshot import Snapshots
from storefront.checkout import joining, webhooks
from storefront.checkout import personal as checkouts
from storefront.checkout import refunds_personal as refunds
from storefront.checkout import views as checkout
from storefront.checkout.payments import current as payments
from storefront.designs import operations as design_operations
from storefront.designs import views as designs
from storefront.looks import views as looks
from storefront.mail import personal as letters
from storefront.orders import operations as order_operations
from storefront.orders import views as orders
from storefront.registry import Registry, discover
from storefront.settings import Settings
from storefront.stores import dynamo, rds, secrets
from storefront.stores.objects import open_objects
from storefront.stores.queue import Queue
from storefront.web import context, errors, guard, health, logs, once, pages, plugin_files, sessions
from storefront.web.page_cache import PageCache

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MODELS: tuple[type[dynamo.Table], ...] = (
    *catalog_models.MODELS,
    *asset_models.MODELS,
    *cart_models.MODELS,
    *sessions.MODELS,
)

_KEEPERS = (carts, design_operations, checkouts, order_operations, refunds, letters, privacy)
PERSONAL: tuple[privacy.Keeper, ...] = _KEEPERS
"""Who keeps something about people: the accounts last, since erasing ends with the account."""

LARGEST_FORM = 1 << 20
"""Bytes that a request may bring where its view doesn't take more: the doors for models do."""


def create_app(settings: Settings, registry: Registry | None = None) -> Flask:
    """The application. Raises PluginError or SettingError where it can't be made."""
    registry = registry or discover()
    return connect(assemble(registry), settings, registry)


def assemble(registry: Registry) -> Flask:
    """All pages of the application, which serves none of them before it is connected."""
    app = Flask("storefront", template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    for part in (logs, guard, errors, pages, once, accounts):
        part.init_app(app)
    plugin_files.init_app(app, registry)
    privacy.attach(app, PERSONAL)
    accounts.overview.attach(app, (orders.SECTION, designs.SECTION))
    merging.init_app(app)
    joining.init_app(app)
    buying = (cart, checkout, webhooks, orders, order_desk, stockroom, voucher_desk, running)
    for slice_ in (health, catalog, crawling, looks, designs, *buying, accounts, assets, backoffice):
        app.register_blueprint(slice_.blueprint)
    return app


def connect(app: Flask, settings: Settings, registry: Registry) -> Flask:
    """Give the application the stores, sessions and payments that the settings name; returns it.

    An application that was connected before lets go of what it had. Raises SettingError.
    """
    app.secret_key = settings.secret_key
    lifetime = timedelta(days=settings.session_days)
    app.session_interface = sessions.DynamoSessions(settings.secret_key, lifetime)
    dynamo.bind(settings, MODELS)
    objects = open_objects(settings)
    database = rds.open_database(settings)
    context.attach(app, context.Shop(settings, registry, objects, database, Queue(settings)))
    catalog_operations.init_app(app, Snapshots(objects, Path(settings.snapshot_folder)))
    pictures.init_app(app)
    payments.attach(app, payments.open_provider(settings))
    return app


def create_server() -> WSGIApplication:
    """The application as a web server runs it: settings from the environment, page cache in front."""
    settings = secrets.settings_of(os.environ)
    logs.configure(settings.log_level)
    lifeline.hold()
    app = create_app(settings)
    served: WSGIApplication = app.wsgi_app
    if settings.page_cache_bytes:
        served = PageCache(served, catalog_operations.version_of(app), settings.page_cache_bytes)
    return behind_proxies(served, settings.trusted_proxies)


def behind_proxies(served: WSGIApplication, count: int) -> WSGIApplication:
    """Believe what ``count`` proxies say of the visitor.

    Each adds an address to X-Forwarded-For; what the visitor's scheme and host were, the nearest one says.
    """
    return ProxyFix(served, x_for=count, x_proto=1, x_host=1) if count else served
