"""What a person reads where an account's page can't do what was asked."""

from __future__ import annotations

from storefront.web.errors import ShopError


class LinkSpent(ShopError):
    """The link of a letter doesn't work any more."""

    def __init__(self) -> None:
        super().__init__(
            "This link doesn't work any more",
            "It was used, it is too old, or a newer e-mail replaced it. Ask for a new one; if you have "
            "a password, sign in with it.",
            410,
            action_label="To the sign-in page",
            action_url="/account/sign-in",
        )


def too_many_letters() -> ShopError:
    """Too many letters were asked for."""
    return ShopError(
        "Too many e-mails",
        "There were many requests for e-mails to this address, or from your network. Wait an hour, then try "
        "again; the e-mails that we sent may be in your spam folder.",
        429,
    )
