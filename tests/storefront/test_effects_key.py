"""Keys of looks: equal looks share one picture."""

from decimal import Decimal
from typing import Any

import pytest

from storefront.effects import effects_key

PAINT = {"kind": "paint", "slot": "fabric", "material": {"color": "#aabbcc", "roughness": 1.0, "sheen": None}}
WIDER = {"kind": "stretch", "node": "frame", "axis": "x", "grow": 0.4, "keep": 0.1}


def test_key_is_32_hex_digits() -> None:
    assert len(bytes.fromhex(effects_key([PAINT]))) == 16


@pytest.mark.parametrize(
    "same",
    [
        [{**PAINT, "material": {"sheen": None, "roughness": 1, "color": "#aabbcc"}}],
        [{**PAINT, "material": {**PAINT["material"], "roughness": Decimal("1.0")}}],  # type: ignore[dict-item]
        [PAINT, {"kind": "text", "option": "engraving", "value": "ANNA"}],
        [PAINT, {**WIDER, "grow": 0.0}],
    ],
    ids=["order and integers", "decimals", "texts", "no growth"],
)
def test_equal_looks_have_equal_keys(same: list[dict[str, Any]]) -> None:
    assert effects_key(same) == effects_key([PAINT])


@pytest.mark.parametrize("other", [[], [PAINT, WIDER], [PAINT, PAINT]], ids=["none", "wider", "twice"])
def test_other_effects_have_other_keys(other: list[dict[str, Any]]) -> None:
    assert effects_key(other) != effects_key([PAINT])
