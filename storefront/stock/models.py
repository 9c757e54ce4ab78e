"""Stock, its ledger, and what checkouts have reserved of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base


class Stock(Base):
    """Units of one SKU. ``on_hand`` is the sum of its movements; ``reserved`` of them are held.

    Only conditional updates change a row (``storefront.stock.operations``); the constraint stands behind
    them.
    """

    __tablename__ = "stock"
    __table_args__ = (CheckConstraint("0 <= reserved and reserved <= on_hand", name="stock_not_oversold"),)

    sku: Mapped[str] = mapped_column(String(200), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)


class Movement(Base):
    """A change of ``on_hand``: ``reason`` is ``received``, ``counted``, ``sold``, ``returned`` or
    ``written_off``.

    ``reference`` is the order, or what the merchant wrote; ``actor`` the user's id, or empty.
    """

    __tablename__ = "stock_movements"
    __table_args__ = (Index("stock_movements_by_sku", "sku", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    sku: Mapped[str] = mapped_column(ForeignKey("stock.sku"))
    units: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class Reservation(Base):
    """Units that a checkout holds; the row goes when they are sold or given back."""

    __tablename__ = "reservations"

    checkout_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("stock.sku"), primary_key=True)
    units: Mapped[int]
