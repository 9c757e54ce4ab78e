"""What a checkout costs, in parts: minor units of one currency, frozen when units are reserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Amounts:
    """``voucher`` is negative or 0; ``tax`` is contained in the sum, since prices include VAT.

    The labels are what the shopper reads beside them.
    """

    goods: int
    currency: str
    voucher: int = 0
    voucher_label: str = ""
    delivery: int = 0
    delivery_label: str = ""
    tax: int = 0
    tax_label: str = ""

    @property
    def total(self) -> int:
        """What is paid."""
        return self.goods + self.voucher + self.delivery

    def to_json(self) -> dict[str, Any]:
        """The parts as plain JSON values, and their ``total``."""
        return asdict(self) | {"total": self.total}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Amounts:
        """The amounts that :meth:`to_json` wrote."""
        return cls(**{name: values[name] for name in cls.__slots__ if name in values})
