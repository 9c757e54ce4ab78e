"""Make vouchers, list and end them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import or_, select, update

from storefront.backoffice.vouchers.pages import Row, VouchersPage
from storefront.checkout.models import Voucher
from storefront.stores.columns import from_now
from storefront.stores.database import insert_new, write_rows
from storefront.web import money
from storefront.web.context import shop

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")
_MOST_USES = 1_000_000


def vouchers_page(given: Mapping[str, str], errors: Mapping[str, str], notice: str = "") -> VouchersPage:
    """All vouchers, those that run first; at most 500."""
    with shop().database.transaction() as session:
        now = session.scalars(select(from_now())).one()
        found = session.scalars(select(Voucher).order_by(Voucher.code).limit(500)).all()
    rows = sorted((_row(voucher, now) for voucher in found), key=lambda row: not row.running)
    return VouchersPage(tuple(rows), shop().settings.currency, given, errors, notice)


def make(given: Mapping[str, str]) -> dict[str, str]:
    """Make a voucher of a form's fields; what can't be taken, by field."""
    errors: dict[str, str] = {}
    values = {
        "code": _code(given, errors),
        "title": given.get("title", "").strip()[:120],
        "kind": "percent" if given.get("kind") == "percent" else "fixed",
        "category": given.get("category", "").strip()[:80] or None,
        "value": _value(given, errors),
        "minimum": _amount(given, "minimum", errors),
        "most_uses": _number(given, "most_uses", errors),
        "per_shopper": _number(given, "per_shopper", errors),
        "valid_until": _until(given, errors),
    }
    if not errors and not shop().database.unit(lambda session: insert_new(session, Voucher, **values)):
        errors["code"] = "There is a voucher of this code already. Choose another code."
    return errors


def end(code: str) -> None:
    """Let the voucher end now. What checkouts hold of it already still counts."""
    running = or_(Voucher.valid_until.is_(None), Voucher.valid_until > from_now())
    ended = update(Voucher).where(Voucher.code == code, running).values(valid_until=from_now())
    shop().database.unit(lambda session: write_rows(session, ended))


def _row(voucher: Voucher, now: datetime) -> Row:
    currency = shop().settings.currency
    percent = voucher.kind == "percent"
    limits = [
        f"goods from {money.text(voucher.minimum, currency)}" if voucher.minimum else "",
        f"only {voucher.category}" if voucher.category else "",
        f"{voucher.per_shopper} for each shopper" if voucher.per_shopper else "",
        f"until {voucher.valid_until:%-d %B %Y, %H:%M} UTC" if voucher.valid_until else "",
    ]
    return Row(
        code=voucher.code,
        title=voucher.title,
        worth=f"{voucher.value} %" if percent else money.text(voucher.value, currency),
        limits=", ".join(filter(None, limits)),
        used=f"used {voucher.used}" + (f" of {voucher.most_uses}" if voucher.most_uses else ""),
        running=voucher.valid_until is None or voucher.valid_until > now,
    )


def _code(given: Mapping[str, str], errors: dict[str, str]) -> str:
    code = given.get("code", "").strip().upper()
    if not _CODE.fullmatch(code):
        errors["code"] = "Write 3 to 40 letters, digits and hyphens, such as SPRING-10."
    return code


def _value(given: Mapping[str, str], errors: dict[str, str]) -> int:
    if given.get("kind") == "percent":
        text = given.get("value", "").strip()
        if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 100:
            return int(text)
        errors["value"] = "Write a percentage from 1 to 100."
        return 0
    value = _amount(given, "value", errors)
    if not value and "value" not in errors:
        errors["value"] = "Write what it takes off, such as 10.00."
    return value


def _amount(given: Mapping[str, str], name: str, errors: dict[str, str]) -> int:
    try:
        return money.parse(given.get(name, "").strip() or "0", shop().settings.currency)
    except ValueError as error:
        errors[name] = f"This can't be read: {error}."
        return 0


def _number(given: Mapping[str, str], name: str, errors: dict[str, str]) -> int:
    text = given.get(name, "").strip() or "0"
    if re.fullmatch(r"[0-9]{1,7}", text) and int(text) <= _MOST_USES:
        return int(text)
    errors[name] = f"Write a number from 0 (no limit) to {_MOST_USES:,}."
    return 0


def _until(given: Mapping[str, str], errors: dict[str, str]) -> datetime | None:
    text = given.get("valid_until", "").strip()
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        errors["valid_until"] = "Write a day like 2030-12-31."
        return None
    return day.replace(hour=23, minute=59, second=59)
