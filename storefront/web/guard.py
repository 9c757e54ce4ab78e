"""What every request and response passes: the origin check, and headers that forbid what we don't use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from storefront.web.context import shop
from storefront.web.errors import ShopError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


class CrossSite(ShopError):
    """A form of another site was sent to this one."""

    def __init__(self) -> None:
        super().__init__(
            "This came from another site",
            "The shop takes forms from its own pages only. Open the page here and try again.",
            403,
        )


def init_app(app: Flask) -> None:
    """Check every request and mark every response."""
    app.before_request(check_origin)
    app.after_request(add_headers)


def from_anywhere(view: View) -> View:
    """Mark a view that no origin check guards: it asks for a signature and looks at no cookie."""
    view._from_anywhere = True  # type: ignore[attr-defined]
    return view


def check_origin() -> None:
    """Refuse a state-changing request that another site's page made. Raises :class:`CrossSite`.

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``; a
    client that sends neither is no browser, so nobody's cookies are ridden.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or hasattr(view, "_from_anywhere"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = request.headers.get("Origin")
    if origin is not None and _host(origin) != request.host:
        raise CrossSite


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def content_policy(assets_url: str, objects_endpoint: str, payment_pages: str = "") -> str:
    """The Content-Security-Policy: our own files only, no inline script or style, no wasm, no frames.

    Browsers ask ``form-action`` about the redirect after a form, too: forms may lead to ``payment_pages``.
    """
    asset_host = assets_url if "://" in assets_url else ""
    assets = " ".join(filter(None, ("'self'", asset_host)))
    connect = " ".join(filter(None, (assets, objects_endpoint)))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {assets} data: blob:",
            f"connect-src {connect} blob:",
            "font-src 'self'",
            f"form-action 'self' {payment_pages}".rstrip(),
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "manifest-src 'self'",
        )
    )


def add_headers(response: Response) -> Response:
    """Add the security headers that the response has not set itself."""
    settings = shop().settings
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        content_policy(settings.assets_url, settings.objects_endpoint, settings.payment_pages),
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy", "camera=(), microphone=(), geolocation=(), xr-spatial-tracking=(self)"
    )
    if settings.production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
