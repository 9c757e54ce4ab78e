"""Orders in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from storefront.accounts.addresses import Postal
from storefront.catalog import configuring
from storefront.orders.models import Order, OrderEvent, OrderLine, Shipment
from storefront.orders.pages import Happening, LineView, OrderCard, OrderPage, ParcelView
from storefront.web import money

STATES: Mapping[str, tuple[str, str, str]] = {
    "placed": ("Being packed", "busy", "It is paid, and we are getting it ready."),
    "parked": (
        "Waiting for us",
        "bad",
        "Your payment came after the goods had been given back, and something of them is gone. We look for "
        "it, or send your money back; we e-mail you which.",
    ),
    "part_shipped": ("Partly on its way", "busy", "A part of it has left; the rest follows."),
    "shipped": ("On its way", "good", "All that comes of it has left."),
    "cancelled": ("Cancelled", "bad", "It was cancelled. What was paid goes back the way it came."),
}
"""What is said of each state, its tone, and what it means."""
_HAPPENINGS = {
    "placed": "Paid and placed",
    "parked": "Paid, but something of it was gone",
    "changed_late": "What you changed after the payment had begun came too late: it goes as it was paid",
    "shipped": "A parcel left",
    "rest_cancelled": "What hadn't left was cancelled",
    "returned": "Goods came back to us",
    "refunded": "Money was sent back",
    "cancelled": "Cancelled",
}
"""What shoppers are told of; the rest of the history is the merchant's."""
_NO_ADDRESS = dict.fromkeys(("name", "street", "city", "country"), "")


def order_page(
    order: Order, history: Sequence[OrderEvent], parcels: Sequence[Shipment], in_account: bool
) -> OrderPage:
    """The page of an order."""
    state, tone, explained = STATES[order.state]
    delivery = order.delivery
    return OrderPage(
        number=order.number,
        day=day(order.placed_at),
        state=state,
        tone=tone,
        explained=explained,
        history=tuple(_happening(event) for event in history if event.kind in _HAPPENINGS),
        lines=lines(order),
        rows=rows(order),
        total=price(order, order.amount),
        tax=tax(order),
        refunded=price(order, order.refunded) if order.refunded else "",
        address=address(order),
        delivery=str(delivery.get("title", "")),
        arrives=arrives(delivery) if order.state in ("placed", "part_shipped") else "",
        parcels=tuple(parcel(order, shipment) for shipment in parcels),
        email=order.email,
        in_account=in_account,
    )


def card(order: Order) -> OrderCard:
    """The order in a list."""
    state, tone, _ = STATES[order.state]
    titles = [_with_units(line, line.units) for line in order.lines]
    pictures = [line.item["picture"] for line in order.lines if line.item["picture"]]
    return OrderCard(
        number=order.number,
        day=day(order.placed_at),
        state=state,
        tone=tone,
        total=price(order, order.amount),
        what=", ".join(titles[:3]) + (" …" if len(titles) > 3 else ""),
        pictures=tuple(pictures[:4]),
    )


def lines(order: Order) -> tuple[LineView, ...]:
    """What was bought."""
    return tuple(
        LineView(
            title=line.item["title"],
            link=configuring.address(line.item["product"], line.item["selection"]),
            chosen=tuple((label, value) for label, value in line.item["chosen"]),
            units=line.units,
            shipped=line.shipped,
            cancelled=line.cancelled,
            returned=line.returned,
            price=price(order, line.unit_price),
            total=price(order, line.unit_price * line.units),
            picture=line.item["picture"],
        )
        for line in order.lines
    )


def rows(order: Order) -> tuple[tuple[str, str], ...]:
    """The price lines above the sum."""
    amounts = order.amounts
    parts = [("Goods", amounts.get("goods", 0))]
    if amounts.get("voucher"):
        parts.append((amounts["voucher_label"], amounts["voucher"]))
    parts.append((amounts.get("delivery_label") or "Delivery", amounts.get("delivery", 0)))
    return tuple((label, price(order, amount)) for label, amount in parts)


def address(order: Order) -> tuple[str, ...]:
    """Where it goes, as it is written on a parcel."""
    return Postal(**_NO_ADDRESS | order.address).lines


def parcel(order: Order, shipment: Shipment) -> ParcelView:
    """A parcel and what is in it."""
    inside = [line for line in order.lines if shipment.units.get(str(line.position))]
    return ParcelView(
        day=day(shipment.at),
        what=tuple(_with_units(line, shipment.units[str(line.position)]) for line in inside),
        carrier=shipment.carrier,
        tracking=shipment.tracking,
    )


def price(order: Order, amount: int) -> str:
    """Minor units of the order's currency, for people."""
    return money.text(amount, order.currency)


def day(moment: datetime) -> str:
    """A day, for people."""
    return f"{moment:%-d %B %Y}"


def _happening(event: OrderEvent) -> Happening:
    return Happening(event.at.isoformat(), day(event.at), _HAPPENINGS[event.kind])


def _with_units(line: OrderLine, units: int) -> str:
    return f"{units} × {line.item['title']}" if units > 1 else str(line.item["title"])


def tax(order: Order) -> str:
    """What of the sum is tax, in words."""
    amount, label = order.amounts.get("tax", 0), order.amounts.get("tax_label", "")
    return f"{label}: {price(order, amount)}" if amount else str(label)


def arrives(delivery: Mapping[str, Any]) -> str:
    """When it comes, in words; empty where nothing was said."""
    if "earliest" not in delivery:
        return ""
    earliest, latest = (date.fromisoformat(delivery[name]) for name in ("earliest", "latest"))
    if earliest == latest:
        return f"on {earliest:%A, %-d %B}"
    return f"between {earliest:%A, %-d %B} and {latest:%A, %-d %B}"
