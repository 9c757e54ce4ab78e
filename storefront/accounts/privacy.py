"""My data: all of it in one file, or gone. Each slice answers for what it keeps; ``app.py`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from flask import Flask, current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storefront.accounts import addresses, browsers, passkeys
from storefront.accounts.models import Address, Passkey, SignIn, User
from storefront.accounts.operations import Person
from storefront.web.context import shop

_KEY = "personal"


class Keeper(Protocol):
    """A slice (its module) that keeps something about people.

    ``export_personal`` returns JSON values under names that no other slice uses; ``erase_personal`` deletes
    them, or takes the person out of them. Erasing what is gone already does nothing: it may be done twice.
    """

    def export_personal(self, person: Person, /) -> Mapping[str, Any]: ...

    def erase_personal(self, person: Person, /) -> None: ...


def attach(app: Flask, keepers: tuple[Keeper, ...]) -> None:
    """Say who keeps something about people, the upper slices first."""
    app.extensions[_KEY] = keepers


def export(person: Person) -> dict[str, Any]:
    """All that the shop keeps about the person."""
    found: dict[str, Any] = {}
    for keeper in _keepers():
        part = keeper.export_personal(person)
        if clash := found.keys() & part.keys():
            raise RuntimeError(f"two slices export {sorted(clash)}")
        found.update(part)
    return found


def erase(person: Person) -> None:
    """Delete the account and all that only it needs. Orders stay, without the person.

    The account goes last: what fails on the way can be done again.
    """
    for keeper in _keepers():
        keeper.erase_personal(person)


def export_personal(person: Person) -> dict[str, Any]:
    """What accounts keep themselves."""
    with shop().database.transaction() as session:
        user = session.get_one(User, person.id)
    return {
        "account": {"email": user.email, "role": user.role, "created_at": user.created_at.isoformat()},
        "addresses": [entry.postal.to_json() for entry in addresses.book(person.id)],
        "passkeys": [
            {"name": key.name, "created_at": key.created_at.isoformat()} for key in passkeys.listed(person)
        ],
        "browsers": [
            {
                "name": browser.name,
                "address": browser.address,
                "signed_in_at": browser.created_at.isoformat(),
                "seen_at": browser.seen_at.isoformat(),
            }
            for browser in browsers.listed(person)
        ],
    }


def erase_personal(person: Person) -> None:
    """Delete the account with its addresses, passkeys and sessions."""

    def work(session: Session) -> None:
        session.execute(select(User.id).where(User.id == person.id).with_for_update())
        for model in (Address, Passkey, SignIn):
            session.execute(delete(model).where(model.user_id == person.id))
        session.execute(delete(User).where(User.id == person.id))

    shop().database.unit(work)


def _keepers() -> tuple[Keeper, ...]:
    return cast("tuple[Keeper, ...]", current_app.extensions[_KEY])
