"""Products as cards and posters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from itertools import product as product_of
from math import hypot
from operator import attrgetter
from zlib import crc32

from storefront.catalog import operations
from storefront.catalog.pages import Card, Poster, Source
from storefront.catalog.snapshot import Media, Picture, ProductView
from storefront.configure import Configuration, OptionState
from storefront.plugin_api import Measure, Pick, Text

TINTS = 5
SWATCHES = 5
SMALL = 600
"""A format without a picture of at most so many pixels is left out of lists: it would only be large."""
WIDE = 1.6
"""Width over height from which a good counts as wide."""


def cards(products: Iterable[ProductView]) -> tuple[Card, ...]:
    """The products as cards, in their order."""
    return tuple(card(product) for product in products)


def card(product: ProductView) -> Card:
    """The product as a card, at its lowest price."""
    configuration = operations.configured(product, {})
    swatches = _swatches(configuration)
    return Card(
        slug=product.slug,
        title=product.title,
        summary=product.summary,
        price=product.lowest,
        varies=any(_costs(state) for state in configuration.states),
        poster=poster(product.media, small=True) if product.media else None,
        turns=product.media is not None,
        swatches=swatches[:SWATCHES],
        more_swatches=len(swatches[SWATCHES:]),
        tint=tint(product.slug),
        wide=product.media is not None and is_wide(product.media),
    )


def tint(slug: str) -> int:
    """Which of the grounds the product stands on: always the same one."""
    return crc32(slug.encode()) % TINTS + 1


def is_wide(media: Media) -> bool:
    """Whether the model is much wider than high as its poster's camera sees its box."""
    seen = list(_seen(media))
    width, height = (max(along) - min(along) for along in zip(*seen, strict=True))
    return bool(width >= WIDE * height)


def poster(media: Media, *, small: bool = False) -> Poster:
    """The model's picture. ``small`` keeps the formats that have a small file, for lists."""
    return poster_of(media.pictures, small=small)


def poster_of(given: Iterable[Picture], *, small: bool = False) -> Poster:
    """The same of a picture's files."""
    pictures = sorted(given, key=attrgetter("type", "width"))
    formats = {kind: list(files) for kind, files in groupby(pictures, key=attrgetter("type"))}
    kept = {
        kind: files for kind, files in formats.items() if not small or any(f.width <= SMALL for f in files)
    }
    sources = [Source(kind, tuple((f.key, f.width) for f in files)) for kind, files in kept.items()]
    fallback = next((p for p in pictures if p.type == "image/webp" and p.width > SMALL), pictures[-1])
    return Poster(tuple(sources), fallback.key, fallback.width, fallback.height)


def _seen(media: Media) -> Iterator[tuple[float, float]]:
    """The corners of the model's box in the picture: across and up, in halves of a 90° frame."""
    eye, target = media.camera["position"], media.camera["target"]
    ahead = [to - at for to, at in zip(target, eye, strict=True)]
    right = (-ahead[2], 0.0, ahead[0])
    up = (-ahead[1] * ahead[0], ahead[0] ** 2 + ahead[2] ** 2, -ahead[1] * ahead[2])
    for corner in product_of(*zip(media.bounds["min"], media.bounds["max"], strict=True)):
        away = [c - at for c, at in zip(corner, eye, strict=True)]
        depth = _dot(away, ahead) / hypot(*ahead)
        yield _dot(away, right) / hypot(*right) / depth, _dot(away, up) / hypot(*up) / depth


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _swatches(configuration: Configuration) -> tuple[str, ...]:
    for state in configuration.states:
        colours = tuple(entry.choice.swatch for entry in state.choices if entry.choice.swatch)
        if len(colours) > 1:
            return colours
    return ()


def _costs(state: OptionState) -> bool:
    match state.option:
        case Pick(choices=choices):
            return any(choice.surcharge for choice in choices)
        case Measure(surcharge=surcharge) | Text(surcharge=surcharge):
            return bool(surcharge)
