"""The hosted page: what happens to the payment, and how the shop hears of it, is chosen there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from babel.numbers import format_currency, get_currency_precision
from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from storefront.testpay import books
from storefront.testpay.models import Page
from storefront.testpay.parts import parts

blueprint = Blueprint("pages", __name__, url_prefix="/pay")

_ENDINGS = {"pay": "paid", "decline": "declined", "timeout": "expired"}


@dataclass(frozen=True, slots=True)
class Hosted:
    """What ``page.html`` shows. ``items`` are (what, price); ``rest`` is what they don't add up to."""

    state: str
    amount: str
    items: tuple[tuple[str, str], ...]
    rest_label: str
    rest: str
    news: tuple[tuple[str, str], ...]
    answer_url: str
    code_url: str
    back_url: str
    code: str
    error: str


@blueprint.get("/<page_id>")
def show(page_id: str) -> Response:
    """The page in its state."""
    return _render(_found(page_id))


@blueprint.post("/<page_id>")
def answer(page_id: str) -> Answer:
    """Do what was chosen, and send the shopper back."""
    page = _found(page_id)
    chosen, news = request.form.get("outcome", ""), request.form.get("news", page.news)
    if news not in books.NEWS or chosen not in (*_ENDINGS, "code"):
        return _render(page, "Choose what shall happen.", 422)
    if chosen == "code":
        books.ask_code(parts().database, page_id, news)
        return redirect(url_for("pages.show", page_id=page_id), 303)
    return _leave(books.end(parts().database, page_id, _ENDINGS[chosen], news))


@blueprint.post("/<page_id>/code")
def second_step(page_id: str) -> Answer:
    """Pay, if the code is right."""
    _found(page_id)
    right = books.give_code(parts().database, page_id, request.form.get("code", "").strip())
    page = _found(page_id)
    if not right and page.state == "code":
        left = books.MOST_WRONG - page.wrong
        return _render(page, f"That isn’t the code. Tries left: {left}.", 422)
    return _leave(page)


def _found(page_id: str) -> Page:
    page = books.find(parts().database, page_id)
    return page if page is not None else abort(404)


def _leave(page: Page) -> Answer:
    if page.news == "first":
        parts().courier.deliver_first(page.id)
    parts().courier.ring()
    return redirect(_back(page), 303)


def _back(page: Page) -> str:
    return str(page.wanted["return_url" if page.state == "paid" else "cancel_url"])


def _render(page: Page, error: str = "", status: int = 200) -> Response:
    items = page.wanted.get("items", ())
    rest = page.amount - sum(units * price for _, units, price in items) if items else 0
    shown = Hosted(
        state=page.state,
        amount=_money(page.amount, page.currency),
        items=tuple(
            (f"{units} × {title}", _money(units * price, page.currency)) for title, units, price in items
        ),
        rest_label=_rest_label(rest),
        rest=_money(rest, page.currency),
        news=tuple((name, label) for name, (label, _) in books.NEWS.items()),
        answer_url=url_for("pages.answer", page_id=page.id),
        code_url=url_for("pages.second_step", page_id=page.id),
        back_url=_back(page),
        code=books.CODE,
        error=error,
    )
    response = make_response(render_template("testpay/page.html", page=shown), status)
    response.headers["Content-Security-Policy"] = _policy(page)
    return response


def _rest_label(rest: int) -> str:
    if rest == 0:
        return ""
    return "Delivery and the like" if rest > 0 else "Reductions"


def _policy(page: Page) -> str:
    # Browsers ask form-action about the redirect that follows a form, so the shop's origin is named.
    addresses = (urlsplit(page.wanted[name]) for name in ("return_url", "cancel_url"))
    shops = " ".join(sorted({f"{address.scheme}://{address.netloc}" for address in addresses}))
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"form-action 'self' {shops}; frame-ancestors 'none'; base-uri 'none'"
    )


def _money(amount: int, currency: str) -> str:
    value = Decimal(amount).scaleb(-int(get_currency_precision(currency)))
    return str(format_currency(value, currency, locale="en"))
