"""What the cart keeps about people, for who asks for their data or leaves."""

from __future__ import annotations

from typing import Any

from storefront.accounts.operations import Person
from storefront.cart import items, operations, reminding, whose


def export_personal(person: Person) -> dict[str, Any]:
    """What lies in the user's cart."""
    return {
        "cart": [
            {
                "product": line.product,
                "selection": dict(line.selection),
                "quantity": line.quantity,
                "added_at": line.added_at.isoformat(),
            }
            for line in operations.lines(whose.cart_of(person.id))
        ],
        "cart_reminder": reminding.wanted(whose.cart_of(person.id)),
    }


def erase_personal(person: Person) -> None:
    """Delete the user's cart."""
    cart_id = whose.cart_of(person.id)
    items.delete_all(cart_id)
    reminding.choose(cart_id, yes=False)
