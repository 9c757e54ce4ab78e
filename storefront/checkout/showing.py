"""The checkout's pages, put together from the checkout and the goods it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storefront.accounts.addresses import Postal
from storefront.checkout import steps
from storefront.checkout.amounts import Amounts
from storefront.checkout.delivery import Rate
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout
from storefront.checkout.pages import Bought, Mark, Summary, Way
from storefront.checkout.steps import Step
from storefront.web.pages import format_money

TITLES: dict[Step, str] = {
    "contact": "Contact",
    "address": "Address",
    "delivery": "Delivery",
    "pay": "Pay",
}
ORDER: tuple[Step, ...] = tuple(TITLES)


def url(step: Step) -> str:
    """Where a step's page is."""
    return f"/checkout/{step}"


def trail(checkout: Checkout, here: Step) -> tuple[Mark, ...]:
    """The row of steps; those that were filled in can be gone to."""
    come = ORDER.index(steps.furthest(checkout))
    return tuple(
        Mark(
            title=TITLES[step],
            url=url(step) if place <= come else "",
            state="here" if step == here else "done" if place < come else "ahead",
        )
        for place, step in enumerate(ORDER)
    )


def summary(lines: Sequence[LineItem], amounts: Amounts) -> Summary:
    """What is bought, and what it costs."""
    rows = [("Goods", amounts.goods)]
    if amounts.voucher:
        rows.append((amounts.voucher_label or "Voucher", amounts.voucher))
    if amounts.delivery_label:
        rows.append((amounts.delivery_label, amounts.delivery))
    return Summary(
        lines=tuple(map(_bought, lines)),
        rows=tuple(rows),
        total=amounts.total,
        tax=_tax(amounts),
        complete=bool(amounts.delivery_label),
        pieces=sum(line.units for line in lines),
    )


def so_far(checkout: Checkout, lines: Sequence[LineItem]) -> Summary:
    """The summary before anything is frozen."""
    return summary(lines, steps.amounts_of(checkout, lines, checkout.delivery or {}))


def frozen(checkout: Checkout) -> Summary:
    """The summary of what is held, or was bought."""
    return summary([LineItem.from_json(line) for line in checkout.lines], Amounts.from_json(checkout.amounts))


def postal(checkout: Checkout) -> tuple[str, ...]:
    """The address as it is written on a parcel."""
    return Postal(**checkout.address).lines if checkout.address else ()


def ways(offered: Sequence[Rate], chosen: str) -> tuple[Way, ...]:
    """The ways of delivery; one is chosen already."""
    known = chosen if chosen in {rate.key for rate in offered} else ""
    return tuple(
        Way(
            key=rate.key,
            title=rate.title,
            amount=rate.amount,
            when=when(rate.earliest, rate.latest),
            parcels=_parcels(rate.parcels),
            chosen=rate.key == known or (not known and place == 0),
        )
        for place, rate in enumerate(offered)
    )


def arrival(checkout: Checkout) -> str:
    """When what was chosen comes."""
    delivery = checkout.delivery or {}
    if not delivery:
        return ""
    return when(date.fromisoformat(delivery["earliest"]), date.fromisoformat(delivery["latest"]))


def when(earliest: date, latest: date) -> str:
    """Two days as people say them."""
    if earliest == latest:
        return f"on {earliest:%A, %-d %B}"
    return f"between {earliest:%A, %-d %B} and {latest:%A, %-d %B}"


def _tax(amounts: Amounts) -> str:
    return f"{amounts.tax_label}: {format_money(amounts.tax)}" if amounts.tax else amounts.tax_label


def _parcels(names: Sequence[str]) -> str:
    number = f"{len(names)} parcel{'s' if len(names) > 1 else ''}"
    return f"{number}: {'; '.join(names[:3])}{' …' if len(names) > 3 else ''}"


def _bought(line: LineItem) -> Bought:
    return Bought(
        title=line.title,
        chosen=line.chosen,
        units=line.units,
        unit_price=line.unit_price,
        total=line.total,
        picture=line.picture,
        note="" if line.stocked else f"Made for you in {line.lead_days} working days",
    )
