"""Stock as the merchant sees it."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy import select

from storefront.backoffice.stockroom.pages import Moved, Row, SkuPage, StockPage
from storefront.stock import operations as stock
from storefront.stock.models import Movement, Stock
from storefront.web.context import shop
from storefront.web.errors import ShopError

PAGE = 50
_MOVED = 100


class NoSuchSku(ShopError):
    """Nothing was ever received under this SKU."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such SKU",
            "Nothing was ever received under it.",
            404,
            action_label="All stock",
            action_url="/merchant/stock",
        )


def stock_page(text: str, page: int) -> StockPage:
    """The SKUs that contain the text, in order."""
    wanted = select(Stock).where(Stock.sku.contains(text, autoescape=True)).order_by(Stock.sku)
    with shop().database.transaction() as session:
        found = session.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return StockPage(
        rows=tuple(map(_row, found[:PAGE])),
        text=text,
        before=_address(text, page - 1) if page > 1 else "",
        after=_address(text, page + 1) if len(found) > PAGE else "",
    )


def sku_page(sku: str, notice: str = "") -> SkuPage:
    """One SKU and its newest movements. Raises :class:`NoSuchSku`."""
    ledger = select(Movement).where(Movement.sku == sku).order_by(Movement.at.desc(), Movement.id.desc())
    with shop().database.transaction() as session:
        row, moved = session.get(Stock, sku), session.scalars(ledger.limit(_MOVED)).all()
    if row is None:
        raise NoSuchSku
    lines = (
        Moved(f"{line.at:%Y-%m-%d %H:%M} UTC", f"{line.units:+d}", line.reason, line.reference)
        for line in moved
    )
    return SkuPage(_row(row), tuple(lines), notice)


def receive(sku: str, units: int, reference: str, actor: str) -> None:
    """Put units of a known SKU into stock."""
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


def _row(row: Stock) -> Row:
    return Row(row.sku, row.on_hand, row.reserved)


def _address(text: str, page: int) -> str:
    return f"/merchant/stock?{urlencode({'text': text, 'page': page})}"
