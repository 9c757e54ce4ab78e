"""Postal addresses: how one is read from a form, and a user's book of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from operator import itemgetter

from babel import Locale
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from storefront.accounts.models import Address, User
from storefront.accounts.operations import Person
from storefront.stores.columns import new_id
from storefront.stores.database import insert_new
from storefront.web.context import shop

MOST = 20
FIELDS = {
    "name": 100,
    "company": 100,
    "street": 120,
    "extra": 120,
    "postcode": 20,
    "city": 80,
    "region": 80,
    "country": 2,
    "phone": 30,
}
_NEEDED = {
    "name": "Write the name of who receives it.",
    "street": "Write street and number.",
    "city": "Write the town.",
    "country": "Choose a country.",
}
_WITHOUT_POSTCODES = frozenset(("AE", "AO", "BS", "BW", "HK", "JM", "MO", "QA", "UG", "ZW"))
_NO_COUNTRIES = frozenset(("AQ", "BV", "EU", "EZ", "HM", "QO", "TF", "UN", "XA", "XB", "ZZ"))


class BookFull(Exception):
    """The address book holds :data:`MOST` addresses."""


@dataclass(frozen=True, slots=True)
class Postal:
    """Where something is sent. ``country`` is an ISO 3166 code of two letters."""

    name: str
    street: str
    city: str
    country: str
    company: str = ""
    extra: str = ""
    postcode: str = ""
    region: str = ""
    phone: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """As it is written on a parcel."""
        place = f"{self.postcode} {self.city}".strip()
        where = f"{place}, {self.region}" if self.region else place
        country = countries().get(self.country, self.country)
        return tuple(filter(None, (self.name, self.company, self.street, self.extra, where, country)))

    def to_json(self) -> dict[str, str]:
        """As a checkout and an order keep it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in a book."""

    id: str
    postal: Postal
    is_default: bool


def parse(given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields as they were typed, and a sentence for each that can't be taken.

    Without errors, ``Postal(**fields)`` is the address.
    """
    fields = {name: " ".join(given.get(name, "").split()) for name in FIELDS}
    errors = {name: sentence for name, sentence in _NEEDED.items() if not fields[name]}
    for name, longest in FIELDS.items():
        if len(fields[name]) > longest:
            errors[name] = f"At most {longest} characters; these are {len(fields[name])}."
    if "country" not in errors and fields["country"] not in countries():
        errors["country"] = "Choose a country of the list."
    if not fields["postcode"] and fields["country"] not in _WITHOUT_POSTCODES:
        errors["postcode"] = "Write the postcode."
    return fields, {name: errors[name] for name in FIELDS if name in errors}


@cache
def countries() -> dict[str, str]:
    """ISO code -> name in English, by name."""
    names = Locale("en").territories
    known = {c: name for c, name in names.items() if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRIES}
    return dict(sorted(known.items(), key=itemgetter(1)))


def book(user_id: str) -> tuple[Entry, ...]:
    """The user's addresses, the default one first."""
    with shop().database.transaction() as session:
        rows = session.scalars(_of(user_id)).all()
    return tuple(Entry(row.id, _postal(row), place == 0) for place, row in enumerate(rows))


def find(user_id: str, wanted: str) -> Entry | None:
    """One of the user's addresses; another user's is nobody's."""
    return next((entry for entry in book(user_id) if entry.id == wanted), None)


def add(person: Person, postal: Postal, *, default: bool = False) -> None:
    """Write an address into the book; the first is the default. Raises :class:`BookFull`."""
    row = {"id": new_id(), "user_id": person.id, **asdict(postal)}

    def work(session: Session) -> None:
        session.get_one(User, person.id, with_for_update=True)  # so that two tabs don't both add the last
        kept = session.scalars(select(Address.preferred).where(Address.user_id == person.id)).all()
        if len(kept) >= MOST:
            raise BookFull
        preferred = max(kept, default=0) + 1 if default or not kept else 0
        insert_new(session, Address, **row, preferred=preferred)

    shop().database.unit(work)


def change(person: Person, wanted: str, postal: Postal) -> None:
    """Write an address anew."""
    changed = update(Address).where(Address.user_id == person.id, Address.id == wanted)
    shop().database.unit(lambda session: session.execute(changed.values(**asdict(postal))))


def prefer(person: Person, wanted: str) -> None:
    """Make an address the default one."""
    mine = Address.user_id == person.id
    above = select(func.max(Address.preferred) + 1).where(mine).scalar_subquery()
    preferred = update(Address).where(mine, Address.id == wanted).values(preferred=above)
    shop().database.unit(lambda session: session.execute(preferred))


def remove(person: Person, wanted: str) -> None:
    """Strike an address; where it was the default one, the default before it is."""
    struck = delete(Address).where(Address.user_id == person.id, Address.id == wanted)
    shop().database.unit(lambda session: session.execute(struck))


def _of(user_id: str) -> Select[Address]:
    mine = select(Address).where(Address.user_id == user_id)
    return mine.order_by(Address.preferred.desc(), Address.id)


def _postal(row: Address) -> Postal:
    return Postal(**{name: getattr(row, name) for name in FIELDS})
