"""What the shop's pages are told: one frozen dataclass per template.

Amounts are integers in the minor unit of the shop's currency. Keys of pictures and models are
object keys; the template turns them into addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the home page; the last one has no address."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One ``<source>``: a content type with (object key, width in pixels) in ascending width."""

    type: str
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Poster:
    """The picture of a model: better formats first, ``key`` for browsers that know none of them."""

    sources: tuple[Source, ...]
    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list. ``varies`` says that options change the price; swatches are ``#rrggbb``.

    ``wide`` goods leave much of their square picture empty above and below.
    """

    slug: str
    title: str
    summary: str
    price: int
    varies: bool
    poster: Poster | None
    turns: bool
    swatches: tuple[str, ...]
    more_swatches: int
    tint: int
    wide: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A category on the home page."""

    slug: str
    title: str
    count: int
    poster: Poster | None
    tint: int
    wide: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """``catalog/home.html``: up to three goods on the wall, the categories, the newest goods."""

    wall: tuple[Card, ...]
    tiles: tuple[Tile, ...]
    newest: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text; ``current`` marks where the page is."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A check box of a filter: how many goods it would show."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A filter with its boxes."""

    key: str
    label: str
    boxes: tuple[FacetBox, ...]


@dataclass(frozen=True, slots=True)
class ListingPage:
    """``catalog/category.html`` and ``catalog/search.html``: what was asked and what was found.

    ``action`` is where the filter form goes, ``sort`` the chosen order; ``chips`` take one filter
    away each; ``help`` are links for a page without results, ``meant`` is what may have been misspelt.
    """

    title: str
    summary: str
    crumbs: tuple[Crumb, ...]
    action: str
    text: str
    searched: bool
    total: int
    cards: tuple[Card, ...]
    facets: tuple[FacetGroup, ...]
    chips: tuple[Link, ...]
    clear_url: str
    sort: str
    sorts: tuple[tuple[str, str], ...]
    pages: tuple[Link, ...]
    previous_url: str
    next_url: str
    help: tuple[Link, ...]
    meant: Link | None


@dataclass(frozen=True, slots=True)
class Fix:
    """Why a choice can't be had, and the address that mends it; without an address there is none.

    ``focus`` is the id of the field that the mending changes.
    """

    choice: str
    message: str
    label: str
    url: str
    fragment_url: str
    focus: str


@dataclass(frozen=True, slots=True)
class Size:
    """One of width, depth and height: centimetres and inches, as texts."""

    label: str
    cm: str
    inches: str


@dataclass(frozen=True, slots=True)
class ConfigurationPart:
    """``catalog/_configuration.html``: options, problems, price and the way into the cart.

    ``fixes`` are the problems of the present selection; ``blocked`` maps an option's key to what
    speaks against its other choices. ``line`` is the cart line that is being edited. Whether it can be had
    is asked for apart, since the page is equal for all and kept in caches. ``phone_url`` is a picture that
    leads a telephone to this configuration, empty where there is no model to stand in a room.
    """

    slug: str
    configuration: Configuration
    fixes: tuple[Fix, ...]
    blocked: Mapping[str, tuple[Fix, ...]]
    sizes: tuple[Size, ...]
    line: str
    announcement: str
    reset_url: str
    reset_fragment_url: str
    availability_url: str
    phone_url: str


@dataclass(frozen=True, slots=True)
class AvailabilityPart:
    """``catalog/_availability.html`` and, without JavaScript, ``availability.html``: whether, and when."""

    title: str
    text: str
    gone: bool
    part: ConfigurationPart
    back_url: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What the viewer element is given. ``module`` is the plugin's script under ``static/``, or empty."""

    element: str
    module: str
    poster: Poster
    levels: Mapping[str, Mapping[str, object]]
    camera: Mapping[str, object]
    bounds: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the table of facts."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """``catalog/product.html``. ``part`` is what the fragment replaces; ``data`` is JSON-LD;
    ``preview`` the whole address of the picture that links to the page show, or empty."""

    product: ProductView
    paragraphs: tuple[str, ...]
    crumbs: tuple[Crumb, ...]
    stage: Stage | None
    tint: int
    facts: tuple[Fact, ...]
    part: ConfigurationPart
    related: tuple[Card, ...]
    canonical: str
    preview: str
    data: Mapping[str, object]
