"""Users and failed sign-ins, in SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.database import Base

Role = Literal["shopper", "merchant"]


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid4().hex


class User(Base):
    """Someone who can sign in. ``email`` is lower-cased; ``password_hash`` is argon2id.

    Raising ``session_epoch`` ends every session of the user.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role in ('shopper', 'merchant')", name="users_role"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16), default="shopper")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=_now)
    session_epoch: Mapped[int] = mapped_column(default=0)


class FailedSignIn(Base):
    """One failed try, kept as long as it counts. ``subject`` is ``address:…`` or ``account:…``, hashed."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("failed_sign_ins_by_subject", "subject", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=_now)
