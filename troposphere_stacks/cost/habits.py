"""What shoppers do, and how many bytes and seconds that is: every figure that isn't in a template."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any


def _habit(value: float, source: str) -> Any:
    return field(default=value, metadata={"source": source})


_GUESS = "assumed; put your own figure here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Per shopper, visit or view. ``source`` in each field's metadata says where the figure comes from."""

    visits: float = _habit(2, f"visits of a shopper a month; {_GUESS}")
    views: float = _habit(8, f"pages of a visit; {_GUESS}")
    listings: float = _habit(0.4, f"share of views: home, category, search; {_GUESS}")
    products: float = _habit(0.4, f"share of views: a product; the rest is personal; {_GUESS}")
    cards: float = _habit(24, "pictures of a whole listing")
    new_cards: float = _habit(10, f"pictures of a listing that the browser hasn't seen; {_GUESS}")
    new_browsers: float = _habit(0.7, f"share of visits that hold no files of ours yet; {_GUESS}")
    previews: float = _habit(0.6, f"share of product views that start the model; {_GUESS}")
    standards: float = _habit(0.35, f"share that go on to the standard level; {_GUESS}")
    highs: float = _habit(0.08, f"share that zoom in as far as the high level; {_GUESS}")
    additions: float = _habit(0.25, f"lines added to carts in a visit; {_GUESS}")
    orders: float = _habit(0.02, f"orders of a visit; {_GUESS}")
    known: float = _habit(0.3, f"share of views with a session, which the header's fragment reads; {_GUESS}")
    signed_in: float = _habit(0.1, f"share of visits that sign in; {_GUESS}")
    peak: float = _habit(4, f"requests in the busiest minutes over the month's mean; {_GUESS}")
    paths: float = _habit(1000, f"public addresses that are asked for, by Zipf's law; {_GUESS}")
    edges: float = _habit(8, f"regional edge caches of CloudFront that serve the shoppers; {_GUESS}")
    fresh: float = _habit(5, "seconds that CloudFront keeps a page: s-maxage in storefront/web/pages.py")
    rendition_misses: float = _habit(0.03, f"share of renditions that no edge holds any more; {_GUESS}")
    page_cache: float = _habit(
        0.8, f"share of public pages that the process has in its cache, until the catalog changes; {_GUESS}"
    )

    page_kb: float = _habit(3.3, "HTML in brotli, measured: product 3.7 kB, category 2.3, home 2.2")
    fragment_kb: float = _habit(0.2, "the header's fragment in brotli, measured: 195 bytes")
    headers_kb: float = _habit(0.8, "headers of an answer, with the content policy; assumed")
    card_kb: float = _habit(15, "480-pixel WebP: 11–19 kB (decision 0002)")
    poster_kb: float = _habit(31, "1,200-pixel AVIF: 18–44 kB (decision 0002)")
    files_kb: float = _habit(24, "style sheets, htmx and scripts in brotli, measured")
    viewer_kb: float = _habit(159, "viewer 131 kB, light 26 kB, loader 1.4 kB in brotli (docs/viewer.md)")
    preview_kb: float = _habit(60, "21–64 kB in decision 0004, 60 kB typical")
    standard_kb: float = _habit(240, "170–328 kB (decision 0004)")
    high_kb: float = _habit(1050, "321–2,041 kB (decision 0004)")

    cached_ms: float = _habit(0.1, "CPU of a page from the page cache: `make bench`, 103 µs")
    rendered_ms: float = _habit(4.9, "CPU of a page that is rendered: `make bench`, 4.9 ms")
    personal_ms: float = _habit(5, "CPU of a page or change with DynamoDB: 4.9 ms to add to a cart")
    fragment_ms: float = _habit(0.9, "CPU of the header's fragment without a session: 0.9 ms")
    unsnapped_ms: float = _habit(14, "CPU of a page that asks DynamoDB each time: 11.5–17 ms")
    unsnapped_reads: float = _habit(
        9, "read units of such a page: 24 cards of 3 kB, or a product and its kin"
    )
    busy: float = _habit(0.5, "share of the processors that the web tier's scaling aims at")

    model_cpu_s: float = _habit(20, "CPU of a model: levels 7–18 s (decision 0004), poster 3 s")
    turntable_cpu_s: float = _habit(13, "CPU of its turntable: 12–13 s (decision 0002)")
    look_cpu_s: float = _habit(4, "CPU of one look: 3–5 s (decision 0009)")
    looks: float = _habit(0.05, f"new looks for each added line: a configuration is drawn once; {_GUESS}")
    renders_busy: float = _habit(0.6, f"share of a worker machine's processors that is used; {_GUESS}")
    source_mb: float = _habit(40, f"an uploaded model; {_GUESS}")
    renditions_mb: float = _habit(6, f"levels, pictures and turntable of a model; {_GUESS}")
    cold: float = _habit(0.5, f"share of what is kept that nobody asked for in 90 days; {_GUESS}")
    look_mb: float = _habit(3, "1–5 MB (decision 0009)")

    order_io: float = _habit(60, f"storage requests of Aurora for an order, with its kin; {_GUESS}")
    log_kb: float = _habit(0.6, "a JSON line of the web tier for each request; assumed")
    flow_kb: float = _habit(0.15, f"flow log of a request at the balancer and behind; {_GUESS}")
    letters: float = _habit(2, "letters of an order: placed, sent")


def table() -> tuple[Field[Any], ...]:
    """The habits in order, with ``source`` in their metadata."""
    return fields(Habits)
