"""Users, where they are signed in, what they guessed, and what they keep, in SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base

Role = Literal["shopper", "merchant"]


def _now() -> datetime:
    return datetime.now(UTC)


def _new_user_id() -> str:
    return uuid4().hex


class User(Base):
    """Someone who can sign in. ``email`` is lower-cased; ``password_hash`` is argon2id.

    Raising ``session_epoch`` ends every session of the user.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role in ('shopper', 'merchant')", name="users_role"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_user_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16), default="shopper")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=_now)
    session_epoch: Mapped[int] = mapped_column(default=0)


class SignIn(Base):
    """One browser in which a user is signed in; the session there names it, and ends when it is gone.

    ``confirmed_at`` is when the password or a passkey was last shown there. ``agent`` is what the browser
    calls itself, ``address`` where it was seen last.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (Index("sign_ins_by_user", "user_id", "seen_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    agent: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    seen_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    confirmed_at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class Tries(Base):
    """How often something was tried in a span of time. ``subject`` hashes what, and who or from where."""

    __tablename__ = "tries"
    __table_args__ = (Index("tries_by_end", "ends_at"),)

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class Passkey(Base):
    """A WebAuthn credential. ``credential_id`` is base64url, ``public_key`` COSE, ``sign_count`` a uint32."""

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Address(Base):
    """An entry of a user's address book. The default one has the highest ``preferred``.

    ``country`` is an ISO 3166 code of two letters.
    """

    __tablename__ = "addresses"
    __table_args__ = (Index("addresses_by_user", "user_id", "preferred"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(100))
    company: Mapped[str] = mapped_column(String(100), default="")
    street: Mapped[str] = mapped_column(String(120))
    extra: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str] = mapped_column(String(30), default="")
    preferred: Mapped[int] = mapped_column(default=0)
