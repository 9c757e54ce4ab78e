"""What the payment server keeps. Times are seconds since 1970, amounts minor units."""

from __future__ import annotations

import secrets
import time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PAGE_STATES = ("open", "code", "paid", "declined", "expired")


class Base(DeclarativeBase):
    """Base class of this server's tables; the shop's are others."""


class Page(Base):
    """A hosted page. ``key`` makes a second request for it the same one; ``wanted`` is that request.

    ``code``: it waits for the second step, after ``wrong`` wrong codes. ``news`` is how the shop hears of it
    (``storefront.testpay.books.NEWS``). ``refunded`` of ``amount`` went back.
    """

    __tablename__ = "pages"
    __table_args__ = (
        CheckConstraint(f"state in {PAGE_STATES!r}", name="pages_state"),
        CheckConstraint("0 <= refunded and refunded <= amount", name="pages_not_over_refunded"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: f"tp_{secrets.token_hex(16)}")
    key: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="open")
    news: Mapped[str] = mapped_column(default="now")
    wrong: Mapped[int] = mapped_column(default=0)
    amount: Mapped[int]
    currency: Mapped[str]
    refunded: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[float]


class Refund(Base):
    """Money sent back; ``key`` makes a second request for it the same one."""

    __tablename__ = "refunds"

    key: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"))
    amount: Mapped[int]


class Told(Base):
    """An event. ``body`` is what webhooks and the API say of it."""

    __tablename__ = "told"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(default=time.time, index=True)
    address: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class Delivery(Base):
    """A webhook that is due ``due_at``, and again, later each time, until the shop takes it."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("told.number"))
    due_at: Mapped[float] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[bool] = mapped_column(default=False)
