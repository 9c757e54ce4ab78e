"""A model of buying: what shoppers, the clock, the provider and the merchant may do, in any order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
)

from storefront.checkout import paying, refunding, reserving, steps, sweeping
from storefront.checkout.errors import NoMoreTime, VoucherUsed, WrongState
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Payment, Voucher
from storefront.checkout.payments import Event
from storefront.checkout.settling import place_parked, settle
from storefront.orders.models import Order
from storefront.stock import operations as stock
from tests.storefront.books import Books, Shop, refusal
from tests.storefront.tills import ADDRESSES, PRICE, Purse, captured, emptied, item, paid

SKUS = ("a", "b")
"""Two SKUs; what is bought of each comes in two configurations, which share its units."""
BASKETS = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 2), min_size=1)
VOUCHERS = st.sampled_from([None, "V"])
ANSWERS = st.sampled_from(["yes", "yes", "no", "none"])
LIVE = ("open", "reserved", "expired")


class Buying(RuleBasedStateMachine):
    """Shoppers, the clock, a provider that repeats itself, and a merchant."""

    checkouts = Bundle("checkouts")
    events = Bundle("events")
    refunds = Bundle("refunds")
    pages = Bundle("pages")

    def __init__(self) -> None:
        super().__init__()
        self.till = Shop.till
        emptied(self.till.database)
        self.purse = Purse()
        self.baskets: dict[str, dict[str, int]] = {}
        self.taken: dict[str, int] = {}
        self.shown: dict[str, Checkout] = {}
        self.steps = 0
        for sku in SKUS:
            self.till.receive(3, sku)
        with self.till.database.transaction() as session:
            session.add(Voucher(code="V", title="V", kind="fixed", value=1, most_uses=2, per_shopper=1))

    # --- shoppers -------------------------------------------------------------------------------

    @rule(target=checkouts, basket=BASKETS, voucher=VOUCHERS, shopper=st.sampled_from("xyz"))
    def begin(self, basket: dict[str, int], voucher: str | None, shopper: str) -> str:
        """Most shoppers reserve at once what they came for."""
        checkout = self.till.begin(voucher, f"{shopper}@example.com")
        self.baskets[checkout] = dict(basket)
        self._reserve(checkout)
        return checkout

    @rule(checkout=checkouts, sku=st.sampled_from(SKUS), units=st.integers(0, 3))
    def fill(self, checkout: str, sku: str, units: int) -> None:
        """Another number of one thing, or none of it."""
        self.baskets[checkout].pop(sku, None)
        if units:
            self.baskets[checkout][sku] = units

    @rule(checkout=checkouts)
    def reserve(self, checkout: str) -> None:
        self._reserve(checkout)

    def _reserve(self, checkout: str) -> None:
        lines = self._lines(checkout)
        if not lines:
            return
        before = self.till.checkout(checkout)
        free = self._free(checkout)
        fits = all(units <= free[sku] for sku, units in self.baskets[checkout].items())
        error = refusal(lambda: self.till.reserve(checkout, *lines))
        if isinstance(error, WrongState):
            assert before.state == error.state
        elif isinstance(error, VoucherUsed):
            assert before.voucher
        else:
            assert (error is None) == fits
            assert (before.state in LIVE) or error
        if error is None:
            assert self.till.checkout(checkout).amount == PRICE * sum(self.baskets[checkout].values())

    @rule(checkout=checkouts, what=st.sampled_from(["extend", "change", "cancel"]))
    def hesitate(self, checkout: str, what: str) -> None:
        {"extend": self._extend, "change": self._change, "cancel": self._cancel}[what](checkout)

    def _extend(self, checkout: str) -> None:
        before = self.till.checkout(checkout)
        error = refusal(lambda: reserving.extend(self.till.database, checkout))
        if before.state != "reserved":
            assert isinstance(error, WrongState)
        else:
            assert isinstance(error, NoMoreTime) == (before.extensions == reserving.MOST_EXTENSIONS)

    def _change(self, checkout: str) -> None:
        before = self.till.checkout(checkout).state
        error = refusal(lambda: reserving.reopen(self.till.database, checkout))
        assert (error is None) == (before in ("open", "reserved"))

    def _cancel(self, checkout: str) -> None:
        before = self.till.checkout(checkout).state
        error = refusal(lambda: reserving.cancel(self.till.database, checkout))
        assert (error is None) == (before not in ("paid", "expired"))

    @rule(checkout=checkouts, street=st.sampled_from(["Long Street", "Short Street"]))
    def move(self, checkout: str, street: str) -> None:
        """Another address, in whatever window, before or after a payment began."""
        before = self.till.checkout(checkout).state
        address = {"street": street}
        error = refusal(lambda: steps.fill(self.till.database, self.purse, checkout, address=address))
        assert (error is None) == (before not in ("paid", "cancelled"))

    # --- the clock ------------------------------------------------------------------------------

    @rule(checkout=checkouts, swept=st.booleans())
    def time_runs_out(self, checkout: str, swept: bool) -> None:
        self.till.run_out(checkout)
        if swept:
            sweeping.expire_due(self.till.database)

    # --- the provider ---------------------------------------------------------------------------

    @rule(target=events, checkout=checkouts, less=st.sampled_from([0, 0, 0, 1]))
    def pay(self, checkout: str, less: int) -> Event:
        """The shopper pays what the checkout says, or, as an attack or a fault, something else."""
        asked = self.till.checkout(checkout)
        event = captured(asked, amount=max(0, asked.amount - less))
        self._settle(event)
        return event

    @rule(target=pages, checkout=checkouts)
    def open_page(self, checkout: str) -> object:
        """The provider is asked for its page, which says what is bought from now on."""
        before = self.till.checkout(checkout)
        error = refusal(lambda: paying.start_payment(self.till.database, self.purse, checkout, ADDRESSES))
        assert (error is None) == (before.state == "reserved")
        if error:
            return multiple()
        page = f"{before.id}-{before.attempt}"
        self.shown[page] = before
        return page

    @rule(target=events, page=pages, heard=st.booleans())
    def pay_page(self, page: str, heard: bool) -> Event:
        """Any page that was ever opened, however long ago and whatever was chosen since."""
        event = paid(self.purse.opened[page], id=f"paid-{page}")
        if heard and event.reference not in self.taken:
            self._settle(event)
        return event

    @rule(target=events, checkout=checkouts)
    def pay_unheard(self, checkout: str) -> Event:
        """The money moves, and the webhook comes later or never."""
        return captured(self.till.checkout(checkout))

    @rule(event=events)
    def deliver(self, event: Event) -> None:
        """The first time, again, or late."""
        self._settle(event)

    @rule(event=events, kind=st.sampled_from(["declined", "expired"]))
    def decline(self, event: Event, kind: str) -> None:
        """A word about the same payment that comes out of order."""
        checkout = self.till.checkout(event.checkout_id)
        settle(self.till.database, captured(checkout, event.reference, kind=kind, key=event.key))

    # --- the merchant ---------------------------------------------------------------------------

    @rule(sku=st.sampled_from(SKUS), units=st.integers(-4, 4))
    def stocktake(self, sku: str, units: int) -> None:
        """Units arrive, or a count finds another number."""
        if units > 0:
            self.till.receive(units, sku)
        else:
            self._count(sku, -units)

    def _count(self, sku: str, counted: int) -> None:
        _, reserved = self.till.units(sku)
        with self.till.database.transaction() as session:
            error = refusal(lambda: stock.count(session, sku, counted))
        assert (error is None) == (reserved <= counted)

    @rule(target=refunds, part=st.integers(1, 4), pick=st.integers(0, 9), answer=ANSWERS)
    def refund(self, part: int, pick: int, answer: str) -> object:
        """Some of a payment, or more than is left; and the provider may not answer."""
        payments = self.till.all(Payment)
        if not payments:
            return multiple()
        payment = payments[pick % len(payments)]
        return self._refund(payment.id, max(1, payment.amount * part // 3), f"key-{self.steps}", answer)

    @rule(asked=refunds, again=st.booleans())
    def bring_refund_to_its_end(self, asked: tuple[str, int, str], again: bool) -> None:
        """The merchant sends the form again, or the provider tells of a refund."""
        if again:
            self._refund(*asked, answer="yes")
        self._hear_of(*asked)

    def _hear_of(self, payment_id: str, amount: int, key: str) -> None:
        if key in self.purse.sent_back:
            payment = next(one for one in self.till.all(Payment) if one.id == payment_id)
            checkout = self.till.checkout(payment.checkout_id)
            settle(
                self.till.database,
                captured(checkout, payment.reference, kind="refunded", amount=amount, key=key),
            )

    @rule(pick=st.integers(0, 9))
    @precondition(lambda self: self.steps > 3)
    def find_units(self, pick: int) -> None:
        parked = [order for order in self.till.all(Order) if order.state == "parked"]
        if parked:
            order = parked[pick % len(parked)]
            before = self._payment_of(order)
            error = refusal(lambda: place_parked(self.till.database, order.id, "merchant"))
            assert error or not before.refunded

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def all_agrees(self) -> None:
        self.steps += 1
        with self.till.database.transaction() as session:
            assert stock.ledger_differs(session) == []
            books = Books(session)
        books.check_holds()
        books.check_orders()
        books.check_money(self.taken)
        books.check_terms(self.shown)
        books.check_refunds(self.purse.sent_back)
        books.check_vouchers()

    # --- help -----------------------------------------------------------------------------------

    def _lines(self, checkout: str) -> list[LineItem]:
        basket = self.baskets[checkout]
        halves = [(sku, units - units // 2, "flat") for sku, units in basket.items()]
        halves += [(sku, units // 2, "quick") for sku, units in basket.items()]
        return [item(sku, units, lacing) for sku, units, lacing in halves if units]

    def _free(self, checkout: str) -> dict[str, int]:
        with self.till.database.transaction() as session:
            mine = stock.held(session, checkout)
            return {sku: n + mine.get(sku, 0) for sku, n in stock.free_units(session, SKUS).items()}

    def _settle(self, event: Event) -> None:
        first = event.reference not in self.taken
        outcome = settle(self.till.database, event)
        assert (outcome == "repeat") is not first
        self.taken[event.reference] = event.amount

    def _refund(self, payment_id: str, amount: int, key: str, answer: str) -> tuple[str, int, str]:
        self.purse.away, self.purse.refuses = answer == "none", answer == "no"
        refusal(lambda: refunding.ask_refund(self.till.database, self.purse, payment_id, amount, key))
        self.purse.away = self.purse.refuses = False
        return payment_id, amount, key

    def _payment_of(self, order: Order) -> Payment:
        return next(one for one in self.till.all(Payment) if one.id == order.payment_id)
