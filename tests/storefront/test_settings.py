"""Settings: one table, clear refusals, and nothing unsafe in production."""

from __future__ import annotations

import pytest

from storefront.settings import SettingError, from_environ, to_environ

PRODUCTION = {
    "STOREFRONT_ENV": "production",
    "STOREFRONT_SECRET_KEY": "k" * 40,
    "STOREFRONT_DATABASE_URL": "postgresql://shop@db.internal/shop",
    "STOREFRONT_OBJECTS_URL": "s3://assets",
    "STOREFRONT_REDIS_URL": "rediss://queue.internal:6379/0",
    "STOREFRONT_PUBLIC_URL": "https://shop.example.com",
    "STOREFRONT_PAYMENTS": "stripe",
    "STOREFRONT_STRIPE_KEY": "rk_test_1",
    "STOREFRONT_STRIPE_WEBHOOK_SECRET": "whsec_1",
    "STOREFRONT_MAIL": "ses:",
    "STOREFRONT_MAIL_FROM": "Attic <letters@attic.example>",
}


def test_it_works() -> None:
    assert from_environ({"STOREFRONT_SHOP_NAME": "Attic", "PATH": "/bin"}).shop_name == "Attic"


def test_settings_survive_the_way_through_an_environment() -> None:
    settings = from_environ(PRODUCTION)
    assert from_environ(to_environ(settings)) == settings


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"STOREFRONT_COLOUR": "red"}, "STOREFRONT_COLOUR is not a setting"),
        ({"STOREFRONT_SESSION_DAYS": "many"}, "STOREFRONT_SESSION_DAYS must be a whole number"),
        ({"STOREFRONT_ENV": "staging?"}, "STOREFRONT_ENV must be"),
        ({"STOREFRONT_LOG_LEVEL": "loud"}, "STOREFRONT_LOG_LEVEL must be"),
        ({"STOREFRONT_PAYMENTS": "shells"}, "STOREFRONT_PAYMENTS must be"),
        ({"STOREFRONT_PAYMENTS": "stripe"}, "STOREFRONT_STRIPE_KEY is missing"),
        ({"STOREFRONT_CURRENCY": "eur"}, "STOREFRONT_CURRENCY must be three capital letters"),
        ({"STOREFRONT_CURRENCY": "EURO"}, "STOREFRONT_CURRENCY must be three capital letters"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environ: dict[str, str], told: str) -> None:
    with pytest.raises(SettingError, match=told.replace("?", r"\?")):
        from_environ(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "only-for-development"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "sqlite:///var/a.sqlite"),
        ("DATABASE_URL", "postgresql://shop@localhost/shop"),
        ("OBJECTS_URL", "file:var/objects"),
        ("OBJECTS_ENDPOINT", "http://127.0.0.1:9000"),
        ("DYNAMODB_URL", "http://127.0.0.1:8001"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0"),
        ("PAYMENTS", "test"),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("MAIL", "folder:var/mail"),
        ("MAIL_FROM", "Walkaround <shop@example.com>"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "http://shop.example.com"),
    ],
)
def test_production_refuses_what_is_only_for_one_machine(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"STOREFRONT_{name}"):
        from_environ({**PRODUCTION, f"STOREFRONT_{name}": value})


@pytest.mark.parametrize("code", ["ISK", "RSD", "KWD", "TND"])
def test_a_currency_that_stripe_counts_otherwise_is_refused(code: str) -> None:
    with pytest.raises(SettingError, match=f"CURRENCY can't be {code}"):
        from_environ({**PRODUCTION, "STOREFRONT_CURRENCY": code})


def test_production_starts_with_services_of_its_own() -> None:
    assert from_environ(PRODUCTION).production


def test_a_process_that_sells_nothing_needs_no_secrets_of_payments() -> None:
    selling = ("PAYMENTS", "STRIPE_KEY", "STRIPE_WEBHOOK_SECRET", "MAIL", "MAIL_FROM", "PUBLIC_URL")
    own = {
        name: value for name, value in PRODUCTION.items() if name.removeprefix("STOREFRONT_") not in selling
    }
    assert from_environ(own, sells=False).production
