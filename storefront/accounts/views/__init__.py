"""The account's pages, one module for each thing that a person does there."""

from storefront.accounts.access import init_app, merchant_required, signed_in
from storefront.accounts.blueprint import blueprint
from storefront.accounts.views import (
    addresses,
    browsers,
    email,
    overview,
    passkeys,
    password,
    privacy,
    registering,
    signing_in,
)

__all__ = [
    "addresses",
    "blueprint",
    "browsers",
    "email",
    "init_app",
    "merchant_required",
    "overview",
    "passkeys",
    "password",
    "privacy",
    "registering",
    "signed_in",
    "signing_in",
]
