"""Save designs, list and strike them, and forget those whose time is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storefront.accounts.models import User
from storefront.accounts.operations import Person
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.designs.models import Design
from storefront.stores.columns import from_now
from storefront.stores.database import insert_new
from storefront.web.context import shop
from storefront.web.errors import ShopError

MOST = 100
LONGEST_NAME = 80
KEPT_MONTHS = 12
KEPT_SECONDS = 365 * 86400.0


class TooManyDesigns(ShopError):
    """The user keeps as many designs as there may be."""

    def __init__(self) -> None:
        super().__init__(
            "You keep very many designs",
            f"An account holds {MOST} of them. Remove one that you don't need any more, then save this one.",
            409,
            action_label="To your designs",
            action_url="/account/designs",
        )


class NoSuchProduct(ShopError):
    """The product of a design isn't sold, or its values can't be used."""

    def __init__(self) -> None:
        super().__init__(
            "This can't be saved", "The piece isn't sold any more, or not with what was chosen.", 422
        )


def configured(slug: str, given: Mapping[str, str]) -> tuple[ProductView, Configuration]:
    """What shall be saved. A combination that can't be ordered may be: rules change.

    Raises :class:`NoSuchProduct`.
    """
    product = catalog.current().product(slug)
    if product is None:
        raise NoSuchProduct
    configuration = catalog.configured(product, given)
    if configuration.errors:
        raise NoSuchProduct
    return product, configuration


def save(person: Person, product: ProductView, configuration: Configuration, name: str) -> None:
    """Keep the design for :data:`KEPT_MONTHS`; the same one again only gets its new name and more time.

    Raises :class:`TooManyDesigns`.
    """
    names = {"user_id": person.id, "product": product.slug, "key": configuration.key}
    values = {"name": name.strip()[:LONGEST_NAME] or product.title, "expires_at": from_now(KEPT_SECONDS)}

    def work(session: Session) -> None:
        session.get_one(User, person.id, with_for_update=True)  # so that two tabs don't both save the last
        renewed = update(Design).filter_by(**names).values(**values, saved_at=from_now())
        if session.execute(renewed.returning(Design.id)).first():
            return
        session.execute(delete(Design).where(Design.user_id == person.id, Design.expires_at <= from_now()))
        kept = session.scalar(select(func.count()).where(Design.user_id == person.id)) or 0
        if kept >= MOST:
            raise TooManyDesigns
        insert_new(session, Design, **names, **values, selection=dict(configuration.selection))

    shop().database.unit(work)


def listed(user_id: str) -> tuple[Design, ...]:
    """The user's designs, the newest first."""
    mine = select(Design).where(Design.user_id == user_id, Design.expires_at > from_now())
    with shop().database.transaction() as session:
        return tuple(session.scalars(mine.order_by(Design.saved_at.desc(), Design.id.desc())))


def remove(person: Person, wanted: str) -> None:
    """Strike one of the user's designs."""
    struck = delete(Design).where(Design.user_id == person.id, Design.id == wanted)
    shop().database.unit(lambda session: session.execute(struck))


def forget_expired() -> int:
    """Delete the designs whose time is over; how many."""
    over = delete(Design).where(Design.expires_at <= from_now()).returning(Design.id)
    return shop().database.unit(lambda session: len(session.scalars(over).all()))


def export_personal(person: Person) -> dict[str, Any]:
    """The designs, for who asks for their data."""
    return {
        "designs": [
            {
                "name": design.name,
                "product": design.product,
                "selection": design.selection,
                "saved_at": design.saved_at.isoformat(),
                "expires_at": design.expires_at.isoformat(),
            }
            for design in listed(person.id)
        ]
    }


def erase_personal(person: Person) -> None:
    """Delete the designs."""
    mine = delete(Design).where(Design.user_id == person.id)
    shop().database.unit(lambda session: session.execute(mine))
