"""A checkout, its payments, what providers told, and vouchers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, FetchedValue, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base

CHECKOUT_STATES = ("open", "reserved", "paid", "expired", "cancelled")
OPEN_SECONDS = 86_400
"""A checkout that nobody finished filling in ends after a day."""
TERMS = ("email", "address", "delivery", "voucher", "lines", "amounts", "amount", "currency")
"""The columns of a checkout that say what is bought, for how much, and where it goes."""
PAYMENT_STATES = ("started", "declined", "captured", "refund_due", "refunded")


class Checkout(Base):
    """One attempt to buy a cart.

    ``open``: being filled in. ``reserved``: units are held until ``expires_at``, ``lines`` and the amounts
    are frozen, the shopper may pay. ``expired``: the units were given back; it may reserve again. ``paid``
    and ``cancelled`` end it. ``attempt`` counts the payments it may start. Amounts are minor units of
    ``currency``. ``address`` and ``delivery`` are what their steps took (None before);
    ``lines`` are the frozen line items (``storefront.checkout.lines``). ``put_away``: what was paid is out of
    the cart.
    """

    __tablename__ = "checkouts"
    __table_args__ = (
        CheckConstraint(f"state in {CHECKOUT_STATES!r}", name="checkouts_state"),
        Index("checkouts_by_expiry", "state", "expires_at"),
        Index("checkouts_by_cart", "cart_id"),
    )
    __mapper_args__ = {"eager_defaults": True}  # times come back with each write: the database makes them

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(String(16), default="open")
    cart_id: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str | None] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    delivery: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    voucher: Mapped[str | None] = mapped_column(String(40))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    amounts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    amount: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    attempt: Mapped[int] = mapped_column(default=0)
    extensions: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=from_now())
    expires_at: Mapped[datetime] = mapped_column(
        Moment, default=from_now(OPEN_SECONDS), server_onupdate=FetchedValue()
    )
    put_away: Mapped[bool] = mapped_column(default=False, server_default=false())


class Payment(Base):
    """Money at a provider. ``reference`` is the provider's name for it; ``refunded`` of ``amount`` went back.

    It is written before the provider is asked, with ``terms``: what is bought with it, as the checkout had
    it then (:data:`TERMS`), whatever is changed there later. Until the provider answers, ``reference`` is the
    key that it was asked with, and ``url`` is empty.
    ``refund_due``: taken, but nothing can be sold for it, or a refund of it failed; the merchant sends it
    back (``storefront.checkout.owing`` says how much). ``attempt`` is the checkout's when its hosted page was
    opened. What refunds have asked for counts as ``refunded``.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(f"state in {PAYMENT_STATES!r}", name="payments_state"),
        CheckConstraint("0 <= refunded and refunded <= amount", name="payments_not_over_refunded"),
        UniqueConstraint("provider", "reference", name="payments_reference"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    checkout_id: Mapped[str] = mapped_column(ForeignKey("checkouts.id"), index=True)
    provider: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default="started")
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    refunded: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(String(2000), default="")
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class PaymentEvent(Base):
    """What a provider told, once: its id makes a second delivery a repeat."""

    __tablename__ = "payment_events"

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(200))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class ProviderCursor(Base):
    """Up to when a provider's events were all asked for (``storefront.checkout.reconciling``)."""

    __tablename__ = "payment_cursors"

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class Refund(Base):
    """Money sent back; ``id`` is the idempotency key that the provider is given.

    ``asked``: the provider's answer isn't known. ``done``: it took the refund; ``refused``: it didn't, or the
    money never arrived, which it may tell days after ``done``.
    """

    __tablename__ = "refunds"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="asked")
    reason: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=from_now())


class Voucher(Base):
    """A code that lowers a price. ``kind`` is ``fixed`` (``value`` minor units) or ``percent``.

    ``category`` restricts it to goods of one category, ``minimum`` to goods of so much in all; ``used``
    never exceeds ``most_uses``, nor one shopper's uses ``per_shopper`` (0: no limit).
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint("kind in ('fixed', 'percent')", name="vouchers_kind"),
        CheckConstraint("0 <= used and (most_uses = 0 or used <= most_uses)", name="vouchers_not_overused"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[int]
    category: Mapped[str | None] = mapped_column(String(80))
    minimum: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    most_uses: Mapped[int] = mapped_column(default=0)
    per_shopper: Mapped[int] = mapped_column(default=1)
    used: Mapped[int] = mapped_column(default=0)


class VoucherUse(Base):
    """A voucher that a checkout holds or has used. ``shopper`` is a digest of the lower-cased e-mail.

    ``number`` counts one shopper's uses from 1, so that two at the same time can't both be the first.
    """

    __tablename__ = "voucher_uses"
    __table_args__ = (UniqueConstraint("code", "shopper", "number", name="voucher_uses_per_shopper"),)

    checkout_id: Mapped[str] = mapped_column(ForeignKey("checkouts.id"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("vouchers.code"))
    shopper: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
