"""Saved designs, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base


class Design(Base):
    """A product's configuration, until ``expires_at``. ``key`` is the configuration's, so that the same one
    is saved once. ``selection`` is complete: later defaults don't change what was chosen.
    """

    __tablename__ = "designs"
    __table_args__ = (
        UniqueConstraint("user_id", "product", "key", name="designs_once"),
        Index("designs_by_user", "user_id", "saved_at"),
        Index("designs_by_expiry", "expires_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    product: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(64))
    selection: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    expires_at: Mapped[datetime] = mapped_column(Moment)
