"""Counts a voucher's uses: taken when a checkout reserves, given back when it releases."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storefront.checkout.errors import VoucherUsed
from storefront.checkout.models import Voucher, VoucherUse
from storefront.stores.columns import from_now
from storefront.stores.database import write_rows


def use(session: Session, checkout_id: str, code: str | None, email: str) -> None:
    """Make ``code`` the voucher that the checkout uses (None: no voucher).

    Raises :class:`VoucherUsed`, upon which the caller's transaction must be rolled back.
    """
    if not try_use(session, checkout_id, code, email):
        raise VoucherUsed(code or "")


def try_use(session: Session, checkout_id: str, code: str | None, email: str) -> bool:
    """:func:`use` for a transaction that goes on in any case; False where the voucher can't be used."""
    shopper = digest(email)
    before = session.get(VoucherUse, checkout_id, populate_existing=True)
    if before and (before.code, before.shopper) == (code, shopper):
        return True
    if before:
        _give_back(session, before)
    return code is None or _take(session, checkout_id, code, shopper)


def give_back(session: Session, checkout_id: str) -> None:
    """Give back the use that the checkout holds, if any."""
    if before := session.get(VoucherUse, checkout_id, populate_existing=True):
        _give_back(session, before)


def _give_back(session: Session, before: VoucherUse) -> None:
    gone = write_rows(session, delete(VoucherUse).where(VoucherUse.checkout_id == before.checkout_id))
    session.expunge(before)
    if gone:
        _count_one_less(session, before.code)


def _count_one_less(session: Session, code: str) -> None:
    write_rows(session, update(Voucher).where(Voucher.code == code).values(used=Voucher.used - 1))


def digest(email: str) -> str:
    """A shopper, without saying who it is."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def _take(session: Session, checkout_id: str, code: str, shopper: str) -> bool:
    # The UPDATE locks the voucher, so that what is counted after it can't change before the commit.
    usable = update(Voucher).where(
        Voucher.code == code,
        or_(Voucher.most_uses == 0, Voucher.used < Voucher.most_uses),
        or_(Voucher.valid_from.is_(None), Voucher.valid_from <= from_now()),
        or_(Voucher.valid_until.is_(None), Voucher.valid_until > from_now()),
    )
    if not write_rows(session, usable.values(used=Voucher.used + 1)):
        return False
    numbers = set(
        session.scalars(
            select(VoucherUse.number).where(VoucherUse.code == code, VoucherUse.shopper == shopper)
        )
    )
    most = session.scalar(select(Voucher.per_shopper).where(Voucher.code == code))
    if most and len(numbers) >= most:
        _count_one_less(session, code)
        return False
    number = next(n for n in range(1, len(numbers) + 2) if n not in numbers)
    session.add(VoucherUse(checkout_id=checkout_id, code=code, shopper=shopper, number=number))
    session.flush()
    return True
