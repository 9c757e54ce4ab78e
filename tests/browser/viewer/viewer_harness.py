"""A page with one viewer, served under the shop's strict policy: the stage for the viewer's tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

STATIC = Path(__file__).parents[3] / "storefront" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self' blob:"
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Viewer</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css"><link rel="stylesheet" href="/static/viewer/viewer.css">
<script type="module" src="{loader}" data-viewer="{viewer}"
 data-turntable="{turntable}"{plugin}></script></head>
<body><main><h1>Viewer</h1>
<{element} data-levels='{levels}' data-camera='{camera}' data-bounds='{bounds}' data-start="{start}"
 data-environment="{environment}"{pictures} data-effects='{effects}' alt="Test piece"><picture><img
 src="{poster}" width="1200" height="1200" alt="Test piece"></picture></{element}>
<p>Words below the viewer.</p></main></body></html>"""
STYLE = """:root { color-scheme: light dark } body { margin: 0; background: light-dark(#f4f1ec, #191715);
 color: light-dark(#1d1b19, #f3f0ec); font: 1rem/1.5 "Liberation Sans", sans-serif }
main { max-width: 45rem; min-height: 150vh; margin: auto }"""
POSTER = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'%3E"
    "%3Ccircle cx='2' cy='2' r='1' fill='%23aaa'/%3E%3C/svg%3E"
)


def vendor(name: str) -> str:
    """The address of a built file; scripts/build_static.mjs must have run."""
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text())
    return f"/static/vendor/{manifest[name]['file']}"


def page(product: Mapping[str, Any], start: str, effects: str) -> str:
    """The HTML of a page with the viewer of a product: levels, camera, bounds as the manifest has them."""
    data = {key: escape(json.dumps(product[key])) for key in ("levels", "camera", "bounds")}
    return PAGE.format(
        loader=vendor("viewer-loader.js"),
        viewer=vendor("product-viewer.js"),
        environment=vendor("environment.bin"),
        turntable=vendor("viewer-turntable.js"),
        pictures=f' data-turntable="{product["turntable"]}"' if "turntable" in product else "",
        poster=product.get("poster", POSTER),
        element=product.get("element", "product-viewer"),
        plugin=f' data-plugin="{product["module"]}"' if "module" in product else "",
        start=escape(start),
        effects=escape(effects),
        **data,
    )


class Handler(SimpleHTTPRequestHandler):
    """/ is the page (?product=…&start=…&effects=…), /static the shop's files, the rest the models' folder."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/":
            query = dict(parse_qsl(url.query))
            folder = Path(self.directory) / query["product"]
            product = json.loads((folder / "product.json").read_text())
            self._send(page(product, query.get("start", "idle"), query.get("effects", "[]")), "text/html")
        elif url.path == "/page.css":
            self._send(STYLE, "text/css")
        else:
            super().do_GET()

    def _send(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Every answer carries the policy."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def translate_path(self, path: str) -> str:
        """Static files come from the shop."""
        clean = urlsplit(path).path
        if clean.startswith("/static/"):
            return str(STATIC / clean.removeprefix("/static/"))
        return super().translate_path(path)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the tests look at the page."""


class Server(ThreadingHTTPServer):
    """Says nothing when a browser hangs up in the middle of a file, as it does on a cancelled level."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of the models' folder on a free port of 127.0.0.1; the caller runs and closes it."""
    return Server(("127.0.0.1", port), partial(Handler, directory=str(folder)))
