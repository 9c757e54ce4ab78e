"""Stock as the merchant sees it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from sqlalchemy import select

from storefront.backoffice.stockroom.pages import Moved, Row, SkuPage, StockPage
from storefront.cart import in_carts
from storefront.catalog.models import Product
from storefront.catalog.operations import UnknownProduct, find_product
from storefront.stock import operations as stock
from storefront.stock.models import Movement, Stock
from storefront.stock.supply import skus
from storefront.web.context import shop
from storefront.web.errors import ShopError

PAGE = 50
_MOVED = 100
_MISSING = 200


class NoSuchSku(ShopError):
    """Nothing was ever received under this SKU, and no product has it."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such SKU",
            "Nothing was ever received under it, and no product has it. A SKU is a product's short name, and "
            "what is chosen of it, with dots between.",
            404,
            action_label="All stock",
            action_url="/merchant/stock",
        )


def stock_page(text: str, page: int) -> StockPage:
    """The SKUs that contain the text, in order."""
    wanted = select(Stock).where(Stock.sku.contains(text, autoescape=True)).order_by(Stock.sku)
    with shop().database.transaction() as session:
        found = session.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    products = {_product(row.sku) for row in found[:PAGE]}
    carted = {product: in_carts.pieces(product) for product in products}
    return StockPage(
        rows=tuple(_row(row, carted[_product(row.sku)]) for row in found[:PAGE]),
        missing=tuple(_missing(text)) if page == 1 else (),
        text=text,
        before=_address(text, page - 1) if page > 1 else "",
        after=_address(text, page + 1) if len(found) > PAGE else "",
    )


def sku_page(sku: str, notice: str = "") -> SkuPage:
    """One SKU and its newest movements, if any. Raises :class:`NoSuchSku`."""
    ledger = select(Movement).where(Movement.sku == sku).order_by(Movement.at.desc(), Movement.id.desc())
    with shop().database.transaction() as session:
        row, moved = session.get(Stock, sku), session.scalars(ledger.limit(_MOVED)).all()
    if row is None and sku not in _skus_of(_product(sku)):
        raise NoSuchSku
    lines = (
        Moved(f"{line.at:%Y-%m-%d %H:%M} UTC", f"{line.units:+d}", line.reason, line.reference)
        for line in moved
    )
    pieces = in_carts.pieces(_product(sku))
    return SkuPage(_row(row or Stock(sku=sku, on_hand=0, reserved=0), pieces), tuple(lines), notice)


def receive(sku: str, units: int, reference: str, actor: str) -> None:
    """Put units of a SKU into stock that is known, or a product's. Raises :class:`NoSuchSku`."""
    sku_page(sku)
    shop().database.unit(lambda session: stock.receive(session, sku, units, reference, actor))


def count(sku: str, units: int, reference: str, actor: str) -> None:
    """Say how many units were counted. Raises ShopError where checkouts hold more."""
    sku_page(sku)
    try:
        shop().database.unit(lambda session: stock.count(session, sku, units, reference, actor))
    except stock.StillReserved as error:
        raise ShopError(
            "That is less than is held",
            f"Shoppers who are paying just now hold {error.reserved} units. Count again in some minutes.",
            409,
        ) from error


def _row(row: Stock, pieces: int) -> Row:
    return Row(row.sku, row.on_hand, row.reserved, pieces)


def _missing(text: str) -> list[str]:
    """SKUs of the catalog without a row, drafts included, in order."""
    products = Product.scan(attributes_to_get=["slug", "product_type"], consistent_read=True)
    wanted = sorted(sku for product in products for sku in _kept(product) if text in sku)
    with shop().database.transaction() as session:
        there = set(session.scalars(select(Stock.sku)))
    return [sku for sku in wanted if sku not in there][:_MISSING]


def _skus_of(slug: str) -> Iterable[str]:
    try:
        return _kept(find_product(slug))
    except UnknownProduct:
        return ()


def _kept(product: Product) -> Iterable[str]:
    owned = shop().registry.owner(product.product_type)
    return skus(owned.type, product.slug) if owned else ()


def _product(sku: str) -> str:
    return sku.partition(".")[0]


def _address(text: str, page: int) -> str:
    return f"/merchant/stock?{urlencode({'text': text, 'page': page})}"
