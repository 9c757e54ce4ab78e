"""Orders keep a copy of all that was bought, so that they outlive products, plugins and accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base

ORDER_STATES = ("placed", "parked", "part_shipped", "shipped", "cancelled")


class Order(Base):
    """A paid order. ``number`` is what people say; amounts are minor units of ``currency``.

    ``parked``: paid, but what it asks for is gone; the merchant refunds it, or finds units for it.
    ``email`` is lower-cased, as accounts have it. ``amounts`` are the labelled price lines (goods, voucher,
    delivery, tax, total), ``address`` and ``delivery`` as the checkout froze them. ``payment_id`` names the
    payment that paid it. ``to_forget``: whoever bought it wants to be taken out of it once it is finished;
    ``email`` is empty afterwards.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(f"state in {ORDER_STATES!r}", name="orders_state"),
        Index("orders_by_user", "user_id", "placed_at"),
        Index("orders_by_email", "email"),
        Index("orders_by_state", "state", "placed_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    checkout_id: Mapped[str] = mapped_column(Id, unique=True)
    payment_id: Mapped[str] = mapped_column(Id, unique=True)
    state: Mapped[str] = mapped_column(String(16), default="placed")
    user_id: Mapped[str | None] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(254))
    to_forget: Mapped[bool] = mapped_column(default=False)
    address: Mapped[dict[str, Any]] = mapped_column(JSON)
    delivery: Mapped[dict[str, Any]] = mapped_column(JSON)
    amounts: Mapped[dict[str, Any]] = mapped_column(JSON)
    amount: Mapped[int]
    refunded: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", lazy="selectin")


class OrderLine(Base):
    """A line item: ``units`` of one configuration. ``item`` is the copy of product, chosen options, price
    lines, picture and asset version (``storefront.checkout.lines``); ``shipped`` of the units have left,
    ``returned`` of these came back, and ``cancelled`` will never leave.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint(
            "0 <= shipped and 0 <= cancelled and shipped + cancelled <= units", name="order_lines_sent"
        ),
        CheckConstraint("0 <= returned and returned <= shipped", name="order_lines_returned"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(200))
    units: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    unit_price: Mapped[int]
    item: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def unsent(self) -> int:
        """Units that are still to leave."""
        return self.units - self.shipped - self.cancelled

    @property
    def out(self) -> int:
        """Units that the shopper has."""
        return self.shipped - self.returned


class Shipment(Base):
    """A parcel: ``units`` maps positions of lines (as texts) to how many of each."""

    __tablename__ = "shipments"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    units: Mapped[dict[str, int]] = mapped_column(JSON)
    carrier: Mapped[str] = mapped_column(String(80), default="")
    tracking: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class OrderEvent(Base):
    """What happened to an order, and who did it: the audit log. ``actor`` is a user's id, or empty."""

    __tablename__ = "order_events"
    __table_args__ = (Index("order_events_by_order", "order_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(String(2000), default="")
    actor: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())
