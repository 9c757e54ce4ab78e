"""The list of saved designs, and saving one from its product's page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.access import account_required, person_here, signed_in
from storefront.accounts.pages import Section
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.designs import operations, showing
from storefront.designs.pages import DesignsPage
from storefront.looks import operations as looks
from storefront.web.pages import render

blueprint = Blueprint("designs", __name__, url_prefix="/account/designs")
SECTION = Section("/account/designs", "Saved designs", "What you made yours, to come back to.")
NAME = "design-name"
OWN_FIELDS = frozenset({"product", "quantity", "total", "line", "once", NAME})
_NOTICES = {"saved": "The design is saved.", "removed": "The design was removed."}


@blueprint.get("")
@account_required
def designs() -> ResponseReturnValue:
    """The designs of who is signed in."""
    views = tuple(showing.view(design) for design in operations.listed(person_here().id))
    notice = _NOTICES.get(request.args.get("done", ""), "")
    return render("designs/designs.html", DesignsPage(views, operations.KEPT_MONTHS, notice))


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Save a design. Who isn't signed in does that first, and then says it again on a page of its own."""
    product, configuration = _asked(request.form)
    name = request.form.get(NAME, "")
    person = signed_in()
    if person is None:
        again = showing.address(product, configuration, name)
        return redirect(url_for("accounts.sign_in", next=again), 303)
    operations.save(person, product, configuration, name)
    looks.ask(product, configuration)
    return redirect(url_for("designs.designs", done="saved"), 303)


@blueprint.get("/new")
@account_required
def ask_name() -> ResponseReturnValue:
    """The page on which a design is named and saved."""
    product, configuration = _asked(request.args)
    page = showing.save_page(product, configuration, request.args.get(NAME, ""))
    return render("designs/save.html", page)


@blueprint.post("/<wanted>/remove")
@account_required
def remove(wanted: str) -> ResponseReturnValue:
    operations.remove(person_here(), wanted)
    return redirect(url_for("designs.designs", done="removed"), 303)


def _asked(fields: Mapping[str, str]) -> tuple[ProductView, Configuration]:
    given = {key: value for key, value in fields.items() if key not in OWN_FIELDS}
    return operations.configured(fields.get("product", ""), given)
