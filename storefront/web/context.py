"""What every view may ask for: the settings, the plugins and the stores of this application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.database import Database
from storefront.stores.objects import Objects
from storefront.stores.queue import Queue

_KEY = "shop"


@dataclass(frozen=True, slots=True)
class Shop:
    """One application's parts, made once by ``create_app``."""

    settings: Settings
    registry: Registry
    objects: Objects
    database: Database
    queue: Queue


def attach(app: Flask, parts: Shop) -> None:
    """Give the application its parts."""
    app.extensions[_KEY] = parts


def shop() -> Shop:
    """The parts of the current application."""
    return cast(Shop, current_app.extensions[_KEY])
