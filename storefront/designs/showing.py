"""Saved designs as the shop would make them today."""

from __future__ import annotations

from urllib.parse import urlencode

from storefront.catalog import cards, configuring
from storefront.catalog import operations as catalog
from storefront.catalog.pages import Poster
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.designs.models import Design
from storefront.designs.operations import KEPT_MONTHS
from storefront.designs.pages import DesignView, SavePage
from storefront.looks import operations as looks


def view(design: Design) -> DesignView:
    """One design of the list."""
    product = catalog.current().product(design.product)
    if product is None:
        return _gone(design)
    configuration = catalog.configured(product, design.selection)
    return DesignView(
        id=design.id,
        name=design.name,
        title=product.title,
        chosen=_chosen(configuration),
        poster=_poster(product, configuration),
        tint=cards.tint(product.slug),
        price=configuration.total,
        url=configuring.address(product.slug, configuration.changed),
        problem="" if configuration.orderable else "This can't be made like that any more.",
        expires_at=design.expires_at,
    )


def save_page(product: ProductView, configuration: Configuration, name: str) -> SavePage:
    """What is asked before a design is saved."""
    fields = {key: str(value) for key, value in configuration.selection.items()}
    return SavePage(
        title=product.title,
        name=name or product.title,
        chosen=_chosen(configuration),
        poster=_poster(product, configuration),
        tint=cards.tint(product.slug),
        fields={"product": product.slug, **fields},
        back_url=configuring.address(product.slug, configuration.changed),
        months=KEPT_MONTHS,
    )


def address(product: ProductView, configuration: Configuration, name: str) -> str:
    """The page that asks for a design's name, with all that was chosen."""
    fields = {"product": product.slug, "design-name": name, **configuration.changed}
    return f"/account/designs/new?{urlencode(fields)}"


def _chosen(configuration: Configuration) -> tuple[tuple[str, str], ...]:
    return tuple((s.option.label, s.label) for s in configuration.states if s.value != "")


def _poster(product: ProductView, configuration: Configuration) -> Poster | None:
    look = looks.find(product, configuration)
    if look:
        return look.poster
    return cards.poster(product.media, small=True) if product.media else None


def _gone(design: Design) -> DesignView:
    return DesignView(
        id=design.id,
        name=design.name,
        title=design.product.replace("-", " ").capitalize(),
        chosen=(),
        poster=None,
        tint=1,
        price=0,
        url="",
        problem="This piece isn't sold any more.",
        expires_at=design.expires_at,
    )
