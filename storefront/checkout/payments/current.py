"""The provider that takes this application's payments."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from storefront.checkout.payments import Provider
from storefront.checkout.payments.testing import TrialProvider
from storefront.settings import Settings

_KEY = "payments"


def open_provider(settings: Settings) -> Provider:
    """The provider that the settings name."""
    if settings.payments == "stripe":
        # No other shop needs Stripe's client.
        from storefront.checkout.payments.stripe import StripeProvider

        return StripeProvider(settings.stripe_key, settings.stripe_webhook_secret)
    return TrialProvider(settings.testpay_url, settings.testpay_secret)


def attach(app: Flask, provider: Provider) -> None:
    """Let the application's payments go through ``provider``."""
    app.extensions[_KEY] = provider


def provider() -> Provider:
    """Who takes the payments of the current application."""
    return cast(Provider, current_app.extensions[_KEY])
