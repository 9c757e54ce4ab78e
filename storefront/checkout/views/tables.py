"""What delivery costs, and how long it takes: for shoppers who look before they buy."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from storefront.accounts.addresses import countries
from storefront.checkout import steps
from storefront.checkout.boxes import Box
from storefront.checkout.delivery import BOXES, FREIGHT, Zone
from storefront.checkout.pages import RatesPage, ZoneRates
from storefront.checkout.views.here import blueprint
from storefront.web.pages import format_money, render

VAN = "By van, to your room"
PARCELS = {f"{box.key.capitalize()} parcel": box for box in BOXES if box is not FREIGHT}


@blueprint.get("/delivery")
def table() -> ResponseReturnValue:
    """The rates by country and size."""
    page = RatesPage(tuple(map(_rates, steps.CARRIER.table())), tuple(map(_holds, PARCELS.items())))
    return render("checkout/rates.html", page, public=True)


def _holds(parcel: tuple[str, Box]) -> tuple[str, str]:
    label, box = parcel
    sides = " × ".join(f"{side:g}" for side in box.inside)
    return label, f"up to {sides} cm and {box.most_grams / 1000:g} kg"


def _rates(zone: Zone) -> ZoneRates:
    names = countries()
    prices = dict(zip((*PARCELS, VAN), (zone.prices[box.key] for box in BOXES), strict=True))
    return ZoneRates(
        countries=tuple(sorted(names.get(code, code) for code in zone.countries)),
        rows=tuple((label, format_money(amount)) for label, amount in prices.items()),
        days=_days(zone.days),
        express=format_money(zone.express) if zone.express else "",
        express_days=_days(zone.express_days),
    )


def _days(days: tuple[int, int]) -> str:
    low, high = days
    if low == high:
        return f"{low} working day{'' if low == 1 else 's'}"
    return f"{low}–{high} working days"
