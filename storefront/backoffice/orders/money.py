"""Money of an order that goes back. The same form asks for it once."""

from __future__ import annotations

import hashlib

from storefront.backoffice.orders.errors import NotNow
from storefront.checkout import refunding
from storefront.checkout.errors import RefundRefused
from storefront.checkout.models import Payment, Refund
from storefront.checkout.payments.current import provider
from storefront.orders.models import Order
from storefront.web.context import shop


def refund(order: Order, amount: int, once: str, reason: str, actor: str) -> None:
    """Send minor units back; the same form does it once. Raises :class:`NotNow` and ``ProviderAway``."""
    key = refund_key(order.payment_id, once)
    try:
        refunding.ask_refund(shop().database, provider(), order.payment_id, amount, key, reason, actor)
    except RefundRefused as error:
        raise NotNow(order.number, str(error)) from error


def send_due(payment_id: str, amount: int, once: str, actor: str) -> None:
    """Send back what is due of a payment. Raises ``RefundRefused`` and ``ProviderAway``."""
    key = refund_key(payment_id, once)
    refunding.send_due(shop().database, provider(), payment_id, amount, key, actor)


def send(order: Order, refund: Refund | None) -> None:
    """Ask for a refund that was set aside, if any. Raises :class:`NotNow` and ``ProviderAway``."""
    try:
        if refund is not None:
            refunding.ask(shop().database, provider(), refund)
    except RefundRefused as error:
        raise NotNow(order.number, f"The goods are written down, but the money stays: {error}.") from error


def refund_key(payment_id: str, once: str) -> str:
    """The key of the refund that a form asks for: 32 hex digits."""
    return hashlib.sha256(f"{payment_id} {once}".encode()).hexdigest()[:32]


def left_of(order: Order) -> int:
    """Minor units of the payment that weren't sent back, nor asked to be."""
    with shop().database.transaction() as session:
        payment = session.get_one(Payment, order.payment_id)
    return payment.amount - payment.refunded
