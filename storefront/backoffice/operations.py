"""What the merchant's pages show, and what their buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storefront.assets import operations as assets
from storefront.assets.models import CANCELLED, FAILED, QUEUED, READY, Asset, Job
from storefront.assets.pictures import request_turntable
from storefront.backoffice import forms
from storefront.backoffice.errors import NoSuchProduct, NoSuchType, NothingToShow
from storefront.backoffice.pages import (
    FormPage,
    ModelFacts,
    Picked,
    ProductPage,
    Row,
    TypePage,
    UploadCard,
)
from storefront.backoffice.questions import Unanswered, is_sure, question
from storefront.backoffice.report import model_facts, names_wanted
from storefront.backoffice.stages import last_line, stage, waits
from storefront.catalog.models import ACTIVE, DRAFT, Category, Product
from storefront.catalog.operations import (
    Edited,
    SlugTaken,
    UnknownProduct,
    create_product,
    find_product,
    publish_media,
    save_product,
    set_state,
    slugify,
)
from storefront.catalog.snapshot import Media
from storefront.plugin_api import ProductType
from storefront.web import money
from storefront.web.context import shop


def product_of(slug: str) -> Product:
    """The product as DynamoDB has it now. Raises :class:`NoSuchProduct`."""
    try:
        return find_product(slug)
    except UnknownProduct as error:
        raise NoSuchProduct from error


def type_named(name: str) -> ProductType:
    """The product type. Raises :class:`NoSuchType`."""
    owned = shop().registry.owner(name)
    if owned is None:
        raise NoSuchType
    return owned.type


# --- pages --------------------------------------------------------------------------------------


def product_page(slug: str, asset_id: str = "", error: str = "") -> ProductPage:
    """One product; ``asset_id`` names an upload so new that the index may not list it yet."""
    product = product_of(slug)
    owned = shop().registry.owner(product.product_type)
    uploads = [assets.find(asset_id)] if asset_id else assets.history(slug)
    return ProductPage(
        slug=slug,
        title=product.title,
        summary=product.summary,
        active=product.state == ACTIVE,
        facts=tuple(_facts(product, owned.type if owned else None)),
        current=_current(product, owned.type if owned else None),
        upload=upload_card(uploads[0], product) if uploads else None,
        limit=assets.readable(shop().settings.upload_limit),
        accept=",".join(assets.EXTENSIONS),
        error=error,
        wanted=names_wanted(owned.type) if owned else (),
        counted=bool(owned and owned.type.supply.stocked),
    )


def upload_card(asset: Asset, product: Product) -> UploadCard:
    """How far an upload is, with what it became once it is ready."""
    facts, asked = None, None
    job = assets.job_of(asset) if asset.working or asset.state == FAILED else None
    if asset.state == READY and asset.base:
        owned = shop().registry.owner(product.product_type)
        manifest = assets.read_manifest(asset.base)
        facts = model_facts(asset.base, manifest, owned.type if owned else None)
        asked = question(asset, manifest)
    return UploadCard(
        asset_id=asset.asset_id,
        filename=asset.filename,
        size=assets.readable(int(asset.source_bytes)),
        state=asset.state,
        stage=stage(job) if asset.working else "",
        percent=int(job.percent) if job else 0,
        error=asset.error,
        detail=last_line(job) if job else "",
        waiting=asset.working and waits(job),
        working=asset.working,
        live=_is_live(asset, product),
        kept=not asset.source_gone,
        facts=facts,
        question=asked,
    )


def type_page() -> TypePage:
    """Every kind of product, by plugin."""
    plugins = shop().registry.plugins.values()
    return TypePage(
        tuple((p.title, tuple(Picked(t.name, t.title) for t in p.product_types)) for p in plugins)
    )


def new_form(type_name: str, values: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form of a new product of this type."""
    start = {"category": type_name}
    return _form("", type_named(type_name), {**start, **values}, errors, 0)


def edit_form(product: Product, values: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form of a product that exists."""
    kept = forms.values_of(product, product.currency)
    return _form(
        product.slug, type_named(product.product_type), {**kept, **values}, errors, int(product.version)
    )


# --- actions ------------------------------------------------------------------------------------


def add_product(type_name: str, given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Make a draft. Returns its slug, or "" and a sentence for each field that must be mended."""
    currency = shop().settings.currency
    parsed = forms.parse(given, type_named(type_name), _category_slugs(), currency)
    if parsed.errors:
        return "", parsed.errors
    slug = slugify(parsed.fields["title"])
    try:
        create_product(slug=slug, product_type=type_name, currency=currency, **parsed.fields)
    except SlugTaken:
        return "", {"title": "Another product has this title already. Choose another one."}
    return slug, {}


def edit_product(product: Product, given: Mapping[str, str]) -> dict[str, str]:
    """Save the form; a sentence for each field that must be mended, none where it was saved."""
    product_type = type_named(product.product_type)
    parsed = forms.parse(given, product_type, _category_slugs() | {product.category}, product.currency)
    if given.get("version") != str(int(product.version)):
        parsed.errors["form"] = "Somebody else changed this product meanwhile. Check it and save again."
    if not parsed.errors:
        try:
            save_product(product, parsed.fields)
        except Edited:
            parsed.errors["form"] = "Somebody else changed this product just now. Check it and save again."
    return parsed.errors


def set_on_sale(product: Product, on_sale: bool) -> None:
    """Put a product on sale or take it off. Raises :class:`NothingToShow` for one without a model."""
    if on_sale and not product.media:
        raise NothingToShow(product.slug)
    set_state(product.slug, ACTIVE if on_sale else DRAFT)


def publish(asset_id: str, confirmed: bool = False) -> Asset:
    """Show an asset in the shop and put its product on sale.

    Raises ``assets.NotReady``, and :class:`Unanswered` for a guess that nobody ``confirmed``.
    """
    asset, base = assets.ready(asset_id)
    manifest = assets.read_manifest(base)
    if not confirmed and not is_sure(manifest):
        raise Unanswered(asset.product_slug)
    before = product_of(asset.product_slug).media
    if before and before["base"] != base:
        assets.spare(before["base"])
    publish_media(asset.product_slug, asset.asset_id, base, manifest)
    request_turntable(base, asset.owner, product=asset.product_slug)
    return asset


# --- parts --------------------------------------------------------------------------------------


def row(product: Product, newest: Asset | None, queued: Mapping[str, Job]) -> Row:
    """A product in the list."""
    owned = shop().registry.owner(product.product_type)
    media = Media(product.media["base"], product.media["manifest"]) if product.media else None
    model = "Published" if media else "No model"
    if newest and not _is_live(newest, product):
        model = _in_words(newest, queued.get(newest.asset_id)) or model
    return Row(
        slug=product.slug,
        title=product.title,
        type_title=owned.type.title if owned else product.product_type,
        price=int(product.price),
        active=product.state == ACTIVE,
        model=model,
        working=newest is not None and newest.working,
        thumb=media.pictures[-1] if media else None,
    )


def _is_live(asset: Asset, product: Product) -> bool:
    # Rendered again with other answers, an asset has another base than the shop shows.
    return bool(product.media) and product.media["base"] == asset.base and asset.state == READY


def _in_words(asset: Asset, job: Job | None) -> str:
    if asset.state == QUEUED:
        begun = f"Rendering, {int(job.percent)} %" if job and job.percent else "Rendering"
        return "Waiting" if waits(job) else begun
    words = {READY: "Ready to publish", FAILED: "Upload failed", CANCELLED: "Cancelled"}
    return words.get(asset.state, "")


def _facts(product: Product, product_type: ProductType | None) -> list[tuple[str, str]]:
    known = {attribute.key: attribute for attribute in product_type.attributes} if product_type else {}
    facts = [
        ("Kind", product_type.title if product_type else f"{product.product_type} (its plugin is missing)"),
        ("Price", money.text(int(product.price), product.currency)),
        ("Category", _category_title(product.category)),
    ]
    return facts + [
        (known[key].label, forms.said(known[key], value))
        for key, value in product.attributes.items()
        if key in known
    ]


def _category_title(slug: str) -> str:
    try:
        return str(Category.get(slug).title)
    except Category.DoesNotExist:
        return slug


def _current(product: Product, product_type: ProductType | None) -> ModelFacts | None:
    media: Mapping[str, Any] | None = product.media
    return model_facts(media["base"], media["manifest"], product_type) if media else None


def _form(
    slug: str, kind: ProductType, values: Mapping[str, str], errors: Mapping[str, str], version: int
) -> FormPage:
    return FormPage(
        slug=slug,
        type_name=kind.name,
        type_title=kind.title,
        currency=shop().settings.currency,
        categories=tuple(Picked(item.slug, item.title) for item in _categories()),
        attributes=kind.attributes,
        values=values,
        errors=errors,
        version=version,
    )


def _categories() -> list[Category]:
    # Only the ones below a plugin's own: that one would hold everything.
    found = [item for item in Category.scan() if item.parent]
    return sorted(found, key=lambda item: (item.parent or "", item.position, item.title))


def _category_slugs() -> frozenset[str]:
    return frozenset(item.slug for item in _categories())
