"""The outbox: what shall be told, in the same transaction as what it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base


class Letter(Base):
    """A mail to be sent: ``template`` with ``details``. ``key`` makes a second one of its kind a repeat.

    ``next_try`` is when it is due; ``error`` what the last try said; ``sent_at`` ends it. A letter that
    failed too often has no ``next_try``. ``origin`` is the shop's address as whoever caused it saw it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("template", "key", name="outbox_once"),
        Index("outbox_due", "sent_at", "next_try"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    template: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(254))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    origin: Mapped[str] = mapped_column(String(200), default="")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    next_try: Mapped[datetime | None] = mapped_column(Moment, default=from_now())
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
