"""A store that hangs is not asked by everybody who waits for it."""

from __future__ import annotations

import pytest

from storefront.stores.breaker import MOST_HUNG, REST_SECONDS, Breaker


def hung(error: BaseException) -> bool | None:
    """Of this store, a KeyError is an answer."""
    if isinstance(error, TimeoutError):
        return True
    return False if isinstance(error, KeyError) else None


class Store:
    """A store's breaker, on a clock that the test moves."""

    def __init__(self) -> None:
        self.now, self.asked = 0.0, 0
        self.breaker = Breaker("the store", hung, ConnectionError, lambda: self.now)

    def ask(self, error: Exception | None = None) -> None:
        with self.breaker.asking():
            self.asked += 1
            if error:
                raise error

    def hang(self, times: int = MOST_HUNG) -> None:
        for _ in range(times):
            with pytest.raises(TimeoutError):
                self.ask(TimeoutError())


def test_after_some_time_outs_in_a_row_nobody_asks() -> None:
    store = Store()
    store.hang()
    with pytest.raises(ConnectionError, match="the store hangs"):
        store.ask()
    assert store.asked == MOST_HUNG


def test_an_answer_in_between_ends_the_row() -> None:
    store = Store()
    store.hang(MOST_HUNG - 1)
    store.ask()
    store.hang(MOST_HUNG - 1)
    store.ask()


def test_other_errors_are_no_time_outs() -> None:
    store = Store()
    for _ in range(2 * MOST_HUNG):
        with pytest.raises(ValueError, match="refused"):
            store.ask(ValueError("refused"))
    store.ask()


def test_what_happens_meanwhile_ends_no_row() -> None:
    store = Store()
    store.hang(MOST_HUNG - 1)
    with pytest.raises(ValueError, match="no connection is free"):
        store.ask(ValueError("no connection is free"))
    store.hang(1)
    with pytest.raises(ConnectionError):
        store.ask()


def test_a_refusal_is_an_answer() -> None:
    store = Store()
    store.hang()
    store.now = REST_SECONDS
    with pytest.raises(KeyError):
        store.ask(KeyError())
    store.ask()


def test_after_a_rest_one_call_is_let_through() -> None:
    store = Store()
    store.hang()
    store.now = REST_SECONDS
    with store.breaker.asking(), pytest.raises(ConnectionError):
        store.ask()


def test_an_answer_lets_everybody_ask_again() -> None:
    store = Store()
    store.hang()
    store.now = REST_SECONDS
    store.ask()
    store.ask()


def test_a_call_that_hangs_again_begins_another_rest() -> None:
    store = Store()
    store.hang()
    store.now = REST_SECONDS
    store.hang(1)
    store.now += REST_SECONDS - 1
    with pytest.raises(ConnectionError):
        store.ask()


def test_a_call_that_never_ends_is_followed_by_another_one() -> None:
    store = Store()
    store.hang()
    store.now = REST_SECONDS
    with store.breaker.asking():
        store.now += REST_SECONDS
        store.ask()
