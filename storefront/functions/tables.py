"""Brings the database's tables to what this release expects, when CloudFormation asks (a custom resource).

It signs in as the administrator; everything else of the shop does as a user who can't change tables.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from storefront.settings import SettingError
from storefront.stores import roles, secrets
from storefront.stores.database import Database

SECONDS = 480.0
"""How long another one that is at it may take."""

log = logging.getLogger(__name__)


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001
    """AWS calls this with a custom resource's event; the answer goes to the address that it names."""
    try:
        if event["RequestType"] != "Delete":
            bring_up(administrator(), os.environ["DATABASE_USER"])
        _answer(event, "SUCCESS", "")
    except (DBAPIError, SettingError, TimeoutError) as error:
        log.exception("the tables aren't brought up")
        # The first line: what follows are statements and links.
        _answer(event, "FAILED", str(error).splitlines()[0][:500])


def bring_up(url: URL | str, user: str) -> None:
    """Migrate, then let the shop's user in."""
    database = Database(url if isinstance(url, str) else url.render_as_string(hide_password=False))
    try:
        database.upgrade(SECONDS)
        roles.let_in(database.engine, user)
    finally:
        database.engine.dispose()


def administrator() -> URL:
    """The database's address with the administrator's name and password, from their secret."""
    secret = json.loads(secrets.read(os.environ["SECRET"]))
    return URL.create(
        "postgresql",
        secret["username"],
        secret["password"],
        secret["host"],
        int(secret["port"]),
        secret.get("dbname") or "storefront",
        {"sslmode": "verify-full", "sslrootcert": os.environ["DATABASE_CA"]},
    )


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    told = {
        "Status": status,
        "Reason": reason or "See the function's log",
        "PhysicalResourceId": event.get("PhysicalResourceId", "tables"),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The signature of the address covers an empty content type.
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own
        event["ResponseURL"], json.dumps(told).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass
