"""What one region has to do in a month, reckoned from the habits of its shoppers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from troposphere_stacks.cost.habits import Habits

MONTH = 730 * 3600
"""Seconds in a month."""
KB_PER_GB = 1e6
PAGE_FILES, VIEWER_FILES = 6, 3
"""Style sheets and scripts of a page; viewer, loader and light of a product's."""


@dataclass(frozen=True, kw_only=True)
class Caching:
    """Which caches work; without one, its work is done anew each time."""

    edge: bool = True  # CloudFront keeps renditions, files and pages
    pages: bool = True  # the web process keeps rendered pages
    browsers: bool = True  # browsers keep what never changes
    snapshot: bool = True  # the catalog is read from a local file


@dataclass(frozen=True, kw_only=True)
class Load:
    """``shoppers`` of one of the ``regions``; ``models`` are uploaded there in a month, and
    ``kept_models`` were by now.
    """

    habits: Habits
    shoppers: float
    models: float
    kept_models: float
    regions: int
    caching: Caching

    @cached_property
    def visits(self) -> float:
        return self.shoppers * self.habits.visits

    @cached_property
    def views(self) -> float:
        return self.visits * self.habits.views

    @cached_property
    def public_views(self) -> float:
        return self.views * (self.habits.listings + self.habits.products)

    @cached_property
    def personal(self) -> float:
        """Pages and changes that belong to one shopper: carts, checkouts, accounts."""
        return self.views - self.public_views + self.visits * (self.habits.additions + 4 * self.habits.orders)

    @cached_property
    def additions(self) -> float:
        return self.visits * self.habits.additions

    @cached_property
    def orders(self) -> float:
        return self.visits * self.habits.orders

    @cached_property
    def sign_ins(self) -> float:
        return self.visits * self.habits.signed_in

    @cached_property
    def edge_hits(self) -> float:
        """The share of public pages that CloudFront answers by itself.

        A page of which r views a second come to an edge is fetched at most once in its ``fresh`` seconds:
        of r·fresh + 1 views, one is. Pages are asked for by Zipf's law, and each edge keeps its own.
        """
        if not self.caching.edge:
            return 0.0
        habits, paths = self.habits, int(self.habits.paths)
        whole = sum(1 / rank for rank in range(1, paths + 1))
        at_an_edge = self.public_views * self.regions / MONTH / habits.edges
        shares = (1 / rank / whole for rank in range(1, paths + 1))
        return sum(share * (kept := at_an_edge * share * habits.fresh) / (1 + kept) for share in shares)

    @cached_property
    def pages_asked(self) -> float:
        """Public pages that come as far as the web tier."""
        return self.public_views * (1 - self.edge_hits)

    @cached_property
    def web_requests(self) -> float:
        """Requests of the web tier: pages, the header's fragment of each, and files that no edge keeps."""
        files = 0 if self.caching.edge else self.static_requests
        return self.pages_asked + self.views + self.personal + files

    @cached_property
    def web_cpu(self) -> float:
        """Its CPU seconds."""
        habits = self.habits
        rendered = habits.rendered_ms if self.caching.snapshot else habits.unsnapped_ms
        hits = habits.page_cache if self.caching.pages else 0
        page = hits * habits.cached_ms + (1 - hits) * rendered
        small = self.web_requests - self.pages_asked - self.personal
        asked = self.pages_asked * page + self.personal * habits.personal_ms + small * habits.fragment_ms
        return asked / 1000

    @cached_property
    def peak_cpu(self) -> float:
        """Processors that the busiest minutes keep busy."""
        return self.web_cpu / MONTH * self.habits.peak

    @cached_property
    def catalog_reads(self) -> float:
        """DynamoDB's read units for pages: none where they come from the snapshot."""
        if self.caching.snapshot:
            return 0.0
        hits = self.habits.page_cache if self.caching.pages else 0
        return self.pages_asked * (1 - hits) * self.habits.unsnapped_reads

    @cached_property
    def product_views(self) -> float:
        return self.views * self.habits.products

    @cached_property
    def cards(self) -> float:
        """Pictures of listings that browsers ask for."""
        habits = self.habits
        return self.views * habits.listings * (habits.new_cards if self.caching.browsers else habits.cards)

    @cached_property
    def first_loads(self) -> float:
        """How often a browser asks for style sheets and scripts."""
        return self.visits * self.habits.new_browsers if self.caching.browsers else self.views

    @cached_property
    def viewer_loads(self) -> float:
        """How often a browser asks for the viewer."""
        habits = self.habits
        return habits.previews * (self.first_loads if self.caching.browsers else self.product_views)

    @cached_property
    def rendition_requests(self) -> float:
        """Pictures and models that browsers ask for."""
        habits = self.habits
        models = self.product_views * habits.previews * (1 + habits.standards + habits.highs)
        return self.cards + self.product_views + models

    @cached_property
    def static_requests(self) -> float:
        """Style sheets, scripts and the viewer."""
        return self.first_loads * PAGE_FILES + self.viewer_loads * VIEWER_FILES

    @cached_property
    def bucket_reads(self) -> float:
        """Renditions that come as far as the bucket."""
        return self.rendition_requests * (self.habits.rendition_misses if self.caching.edge else 1)

    @cached_property
    def file_gb(self) -> float:
        """Bytes of renditions and files on the way to browsers."""
        habits = self.habits
        model = habits.preview_kb + habits.standards * habits.standard_kb + habits.highs * habits.high_kb
        kb = self.cards * habits.card_kb + self.product_views * (habits.poster_kb + habits.previews * model)
        kb += self.first_loads * habits.files_kb + self.viewer_loads * habits.viewer_kb
        return kb / KB_PER_GB

    @cached_property
    def page_gb(self) -> float:
        """Bytes of pages and fragments on the way to browsers, with the headers of all answers."""
        habits = self.habits
        pages = (self.public_views + self.personal) * habits.page_kb + self.views * habits.fragment_kb
        return (pages + self.edge_requests * habits.headers_kb) / KB_PER_GB

    @cached_property
    def web_gb(self) -> float:
        """Bytes that the web tier sends."""
        habits = self.habits
        pages = (self.pages_asked + self.personal) * habits.page_kb + self.web_requests * habits.headers_kb
        return pages / KB_PER_GB

    @cached_property
    def origin_gb(self) -> float:
        """Bytes that leave the region: pages and what no edge holds."""
        misses = self.habits.rendition_misses if self.caching.edge else 1
        return self.web_gb + self.file_gb * misses

    @cached_property
    def edge_requests(self) -> float:
        """All that browsers ask for."""
        files = self.rendition_requests + self.static_requests
        return self.public_views + self.personal + self.views + files

    @cached_property
    def render_cpu(self) -> float:
        """CPU seconds of the render workers."""
        habits = self.habits
        models = self.models * (habits.model_cpu_s + habits.turntable_cpu_s)
        return models + self.new_looks * habits.look_cpu_s

    @cached_property
    def new_looks(self) -> float:
        return self.additions * self.habits.looks

    @cached_property
    def stored_gb(self) -> float:
        """What the bucket holds: sources and renditions of all models, and a year of looks."""
        habits = self.habits
        models = self.kept_models * (habits.source_mb + habits.renditions_mb)
        return (models + 12 * self.new_looks * habits.look_mb) / 1000

    @cached_property
    def new_gb(self) -> float:
        """What a month adds to it."""
        habits = self.habits
        models = self.models * (habits.source_mb + habits.renditions_mb)
        return (models + self.new_looks * habits.look_mb) / 1000
