"""What every view of the payment server may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from storefront.stores.database import Database
from storefront.testpay.delivering import Courier

_KEY = "testpay"


@dataclass(frozen=True, slots=True)
class Parts:
    """One server's parts."""

    secret: str
    database: Database
    courier: Courier


def attach(app: Flask, given: Parts) -> None:
    """Give the application its parts."""
    app.extensions[_KEY] = given


def parts() -> Parts:
    """The parts of the current application."""
    return cast(Parts, current_app.extensions[_KEY])
