"""A person who wants one piece: looks at each page that comes, and does what it asks for."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.race.browser import Browser, Form, Lost, Page

ORDERED, PARKED, REFUSED, WAITS, NEITHER = "an order", "a parked order", "a refusal", "waits", "neither"
SECOND_STEP = "123456"
ADDRESS = {
    "country": "DE",
    "name": "Ash Example",
    "street": "Long Street 1",
    "postcode": "10115",
    "city": "Berlin",
}
LOOK_AGAIN_SECONDS = 4.0
"""As the waiting page asks browsers without JavaScript."""
LONGEST_THOUGHT = 1.5
_MOST_PAGES, _MOST_LOOKS = 60, 25
_NEWS = (("now", 60), ("first", 10), ("late", 10), ("twice", 10), ("never", 10))


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person does, drawn beforehand from the seed.

    ``path`` is the configured product's page, ``news`` how the shop hears of the payment. Who isn't
    ``early`` waits with all the others before the goods are held, so that they press at once. Who is
    ``declined`` or ``asked`` for a code pays at the second try; who ``wavers`` gives the goods back once,
    and then wants them again.
    """

    number: int
    path: str
    arrives: float
    news: str
    early: bool
    declined: bool
    asked: bool
    wavers: bool

    @property
    def email(self) -> str:
        return f"buyer-{self.number}@example.com"


@dataclass(slots=True)
class Told:
    """What became of a person, as they see it: the words of the last page."""

    wish: Wish
    end: str = NEITHER
    words: str = ""
    retries: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    trail: list[str] = field(default_factory=list)


def draw(
    number: int, paths: Sequence[str], chance: random.Random, spread: float, never: bool, early: float
) -> Wish:
    """A person who arrives within ``spread`` seconds; ``early`` is the share of those who don't wait."""
    news = [(name, weight) for name, weight in _NEWS if never or name != "never"]
    (told,) = chance.choices([name for name, _ in news], [weight for _, weight in news])
    what = chance.random()
    return Wish(
        number=number,
        path=chance.choice(paths),
        arrives=chance.uniform(0, spread),
        news=told,
        early=chance.random() < early,
        declined=what < 0.1,
        asked=0.1 <= what < 0.2,
        wavers=0.2 <= what < 0.3,
    )


class Door:
    """Where people wait for each other: it opens when all of them are there or have gone home, and at the
    latest after ``patience`` seconds."""

    def __init__(self, people: int, patience: float) -> None:
        self._left, self._latest = people, time.monotonic() + patience
        self._lock, self._open = threading.Lock(), threading.Event()

    def pass_(self) -> None:
        """Wait, and go through."""
        self.come()
        self._open.wait(max(0.0, self._latest - time.monotonic()))

    def come(self) -> None:
        """One less to wait for."""
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self._open.set()


class Buyer:
    """One person at work. ``paid`` is called when a payment was made."""

    def __init__(
        self, wish: Wish, browser: Browser, chance: random.Random, door: Door, paid: Callable[[], None]
    ) -> None:
        self.told = Told(wish)
        self._wish, self._browser, self._chance, self._paid = wish, browser, chance, paid
        self._door: Door | None = None if wish.early else door
        self._declines, self._asked, self._wavers, self._looks = wish.declined, wish.asked, wish.wavers, 0

    def buy(self) -> None:
        """Go through the shop until there is an order, a refusal, or no patience left."""
        time.sleep(self._wish.arrives)
        self._go(self._wish.path)
        if self._door:
            self._door.come()

    def look(self) -> None:
        """Come back later, for what became of the payment."""
        self._looks = _MOST_LOOKS - 1
        self._go("/checkout/return")

    def _go(self, path: str) -> None:
        try:
            page: Page | None = self._browser.get(path)
            for _ in range(_MOST_PAGES):
                if page is None:
                    return
                self.told.trail.append(f"{page.status} {page.path}")
                page = self._next(page)
            self._end(NEITHER, "went round in circles")
        except Lost as error:
            self._end(NEITHER, str(error))
        finally:
            self.told.retries, self.told.answers = self._browser.retries, self._browser.answers

    def _next(self, page: Page) -> Page | None:
        """What this page leads to; None where it ends the story."""
        if page.path.startswith("/pay/"):
            return self._at_provider(page)
        if page.path.startswith("/p/"):
            return self._add(page)
        does = _PAGES.get(page.path)
        if does is None:
            return self._end(NEITHER, f"{page.status} {page.path}: {page.heading}")
        time.sleep(self._chance.uniform(0.1, LONGEST_THOUGHT))
        return does(self, page)

    def _end(self, end: str, words: str) -> Page | None:
        """The story is over: no page follows."""
        self.told.end, self.told.words = end, words.partition(" If you write to us")[0]
        return None

    # --- the shop's pages ---

    def _add(self, page: Page) -> Page | None:
        form = page.form("/cart/lines")
        if form is None:
            return self._end(NEITHER, f"{page.heading}: nothing can be put into the cart")
        # This form has no key: where no answer came, a look into the cart says whether it worked.
        return self._browser.send_once(form) or self._browser.get("/cart")

    def _not_added(self, page: Page) -> Page | None:
        return self._end(REFUSED if page.status == 409 else NEITHER, f"{page.heading}. {page.said}")

    def _cart(self, page: Page) -> Page | None:
        if form := page.form("/checkout"):
            return self._browser.send(form)
        if any(form.action.endswith("/remove") for form in page.forms):  # a line that can't be had
            return self._end(REFUSED, f"{page.heading}. {page.said}")
        return self._browser.get(self._wish.path)

    def _changes(self, page: Page) -> Page | None:
        if page.heading == "This can't be had any more":
            return self._end(REFUSED, f"{page.heading}. {page.said}")
        return self._browser.send(_known(page, "/checkout/changes"))

    def _contact(self, page: Page) -> Page | None:
        return self._browser.send(_known(page, "/checkout/contact"), email=self._wish.email)

    def _address(self, page: Page) -> Page | None:
        return self._browser.send(_known(page, "/checkout/address"), **ADDRESS)

    def _delivery(self, page: Page) -> Page | None:
        if self._door:
            self._door.pass_()
            self._door = None
        return self._browser.send(_known(page, "/checkout/delivery"), way="standard")

    def _pay(self, page: Page) -> Page | None:
        if ended := page.form("/checkout/hold"):
            return self._browser.send(ended)
        if self._wavers:
            self._wavers = False
            return self._browser.send(_known(page, "/checkout/cancel"))
        return self._browser.send(_known(page, "/checkout/pay"))

    def _waiting(self, page: Page) -> Page | None:
        self._looks += 1
        if self._looks >= _MOST_LOOKS:
            return self._end(WAITS, page.heading)
        time.sleep(LOOK_AGAIN_SECONDS)
        return self._browser.get("/checkout/return")

    def _done(self, page: Page) -> Page | None:
        parked = "send the money back" in page.said
        return self._end(PARKED if parked else ORDERED, page.said)

    # --- the provider's pages ---

    def _at_provider(self, page: Page) -> Page | None:
        form = page.forms[0] if page.forms else None
        if form is None:  # it was over before: the shop hears of it, and offers another one
            time.sleep(1.0)
            return self._browser.get("/checkout/return")
        if form.action.endswith("/code"):
            answer = self._browser.send(form, code=SECOND_STEP)
        elif self._declines:
            self._declines = False
            return self._browser.send(form, outcome="decline", news="now")
        elif self._asked:
            self._asked = False
            return self._browser.send(form, outcome="code", news=self._wish.news)
        else:
            answer = self._browser.send(form, outcome="pay", news=self._wish.news)
        self._paid()
        return answer


_PAGES: dict[str, Callable[[Buyer, Page], Page | None]] = {
    "/cart/lines": Buyer._not_added,
    "/cart": Buyer._cart,
    "/checkout/changes": Buyer._changes,
    "/checkout/contact": Buyer._contact,
    "/checkout/address": Buyer._address,
    "/checkout/delivery": Buyer._delivery,
    "/checkout/pay": Buyer._pay,
    "/checkout/return": Buyer._waiting,
    "/checkout/done": Buyer._done,
}


def _known(page: Page, action: str) -> Form:
    """A form that the page must have. Raises :class:`Lost`."""
    if (form := page.form(action)) is None:
        raise Lost(f"{page.status} {page.path} has no form for {action}: {page.heading}")
    return form
