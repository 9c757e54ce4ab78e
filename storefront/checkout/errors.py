"""Why a checkout can't go on. ``storefront.stock.operations.SoldOut`` is another reason."""

from __future__ import annotations


class UnknownCheckout(KeyError):
    """There is no checkout of this id."""


class WrongState(Exception):
    """The checkout is in a ``state`` in which this can't be done: paid, expired, cancelled …"""

    def __init__(self, state: str) -> None:
        super().__init__(f"the checkout is {state}")
        self.state = state


class NoMoreTime(Exception):
    """The units were held for as long as they can be."""


class VoucherUsed(Exception):
    """The voucher ``code`` is used up, for everybody or for this shopper, or it isn't valid now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RefundRefused(Exception):
    """The money can't be sent back; the message says why."""
