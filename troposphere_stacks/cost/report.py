"""The estimate in words and columns, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troposphere_stacks.cost.bill import Bill
from troposphere_stacks.cost.estimate import Saving, estimate, load_of, savings
from troposphere_stacks.cost.habits import Habits, table
from troposphere_stacks.cost.prices import prices
from troposphere_stacks.cost.sizes import Size

_FIRST, _COLUMN = 40, 15


@dataclass(frozen=True, slots=True)
class Estimate:
    """A size, its bill, and what caches save of it."""

    size: Size
    habits: Habits
    bill: Bill
    savings: tuple[Saving, ...]

    @property
    def kept_back(self) -> float:
        """The share of the bytes for browsers that never leave a region, since an edge has them."""
        load = load_of(self.size, self.habits)
        return 1 - load.origin_gb / (load.file_gb + load.page_gb)


def estimates(sizes: Sequence[Size], habits: Habits) -> list[Estimate]:
    """All that is to be told of the sizes. Raises StackError."""
    return [Estimate(size, habits, estimate(size, habits), tuple(savings(size, habits))) for size in sizes]


def text(told: Sequence[Estimate], *, lines: bool = False) -> Iterator[str]:
    """The report, line by line; ``lines`` shows what each service counts."""
    yield from _heading(told)
    yield ""
    yield _row("", [one.size.name for one in told])
    for name, amounts in _rows(told, lines):
        yield _row(name, [f"{amount:,.0f}" for amount in amounts])
    yield _row("total", [f"{one.bill.total:,.0f}" for one in told])
    yield _row("for 1,000 shoppers", [f"{1000 * one.bill.total / one.size.shoppers:,.2f}" for one in told])
    yield ""
    yield from _caching(told)


def habits_text(habits: Habits) -> Iterator[str]:
    """Every figure that is in no template, with its source."""
    for entry in table():
        yield f"{entry.name:16} {getattr(habits, entry.name):>8g}  {entry.metadata['source']}"


def data(told: Sequence[Estimate]) -> list[dict[str, object]]:
    """The same for programs."""
    return [
        {
            "size": one.size.name,
            "shoppers": one.size.shoppers,
            "regions": list(one.size.regions),
            "total": round(one.bill.total, 2),
            "services": {name: round(amount, 2) for name, amount in one.bill.by_service().items()},
            "saved": {saving.what: round(saving.share, 4) for saving in one.savings},
            "kept_back": round(one.kept_back, 4),
        }
        for one in told
    ]


def _heading(told: Sequence[Estimate]) -> Iterator[str]:
    regions = sorted({region for one in told for region in one.size.regions})
    date = min(prices(region).date for region in regions)
    yield f"US dollars a month, list prices of {date}; no tax, support plan or discount. Environment prod."
    for one in told:
        size, load = one.size, load_of(one.size, one.habits)
        views, orders = load.views * load.regions, load.orders * load.regions
        yield (
            f"{size.name}: {size.shoppers:,.0f} shoppers, {views:,.0f} page views, {orders:,.0f} orders, "
            f"{size.models:,.0f} uploads a month; {', '.join(size.regions)}"
        )


def _rows(told: Sequence[Estimate], lines: bool) -> Iterator[tuple[str, list[float]]]:
    bills = [one.bill.by_service() for one in told]
    details = [one.bill.by_what() for one in told]
    for service in sorted(
        {name for bill in bills for name in bill}, key=lambda name: -bills[-1].get(name, 0)
    ):
        yield service, [bill.get(service, 0.0) for bill in bills]
        if lines:
            for what in dict.fromkeys(what for detail in details for of, what in detail if of == service):
                yield f"  {what}", [detail.get((service, what), 0.0) for detail in details]


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:{_FIRST}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)


def _caching(told: Sequence[Estimate]) -> Iterator[str]:
    yield _row("Saved of what it would cost without", [])
    for saving in zip(*(one.savings for one in told), strict=True):
        yield _row(f"  {saving[0].what}", [f"{one.share:.1%}" for one in saving])
    yield _row("Bytes that needn't leave a region", [f"{one.kept_back:.1%}" for one in told])
