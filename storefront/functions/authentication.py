"""Accounts as a target of an Application Load Balancer, whose rule sends ``/account*`` here.

The shop behind it is the whole one, so that its pages, sessions and letters are the same at either door.
``STOREFRONT_TRUSTED_PROXIES`` must count the balancer, and CloudFront where that is in front of it: visitors'
addresses come from them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from apig_wsgi import make_lambda_handler

from storefront.app import create_server


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """AWS calls this with the balancer's request event."""
    return _adapter()(event, context)


@cache
def _adapter() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    return make_lambda_handler(create_server(), binary_support=True)
