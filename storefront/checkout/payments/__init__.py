"""What the shop asks of a payment provider. Amounts are minor units of a currency.

A provider's events are the truth about money; what its calls answer only says that they were heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

EventKind = Literal["captured", "declined", "expired", "refunded", "refund_failed"]


class ProviderAway(Exception):
    """The provider didn't answer, or not in time; the same call may be made again."""


class ProviderRefused(Exception):
    """The provider answered that it won't do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What shall be paid. ``key`` makes a second start the same one (checkout id and attempt).

    ``items`` are (title, units, unit price) as the hosted page lists them; where their sum differs from
    ``amount`` (delivery, voucher), ``amount`` counts. The hosted page must end before ``expires_at``.
    """

    key: str
    checkout_id: str
    amount: int
    currency: str
    email: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    items: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """The provider's name for the payment, and the hosted page to send the shopper to."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a provider told. ``id`` is the same at each delivery; ``checkout_id`` may be empty.

    ``key`` is what the payment was started with. For ``refunded``, ``amount`` is what this one refund sent
    back, and ``key`` the key that it was asked with: without it, it counts as one made at the provider.
    ``refund_failed``: the money of such a refund won't arrive, whatever was told of it before. ``refund`` is
    the provider's name for it.
    """

    provider: str
    id: str
    kind: EventKind
    reference: str
    amount: int
    currency: str
    checkout_id: str = ""
    key: str = ""
    refund: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A payment provider. Calls raise :class:`ProviderAway` and :class:`ProviderRefused`."""

    name: str

    def start(self, request: PaymentRequest) -> Started:
        """Open a hosted page; the same ``request.key`` gives the same one."""

    def refund(self, reference: str, amount: int, currency: str, key: str) -> None:
        """Ask for money to be sent back; the same ``key`` does it once."""

    def event(self, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """The event of a signed webhook, None for kinds that don't matter here.

        Raises ValueError for a signature, time stamp or body that can't be trusted.
        """

    def events(self, since: datetime) -> Iterable[Event]:
        """What happened since then, oldest first."""

    def answer(self, reference: str) -> Event | None:
        """What became of a payment, None while it is open; the event's id isn't the webhook's."""

    def expire(self, reference: str) -> None:
        """End the hosted page; one that was paid or has ended stays as it is."""
