"""Every setting of the shop in one table: name, default, help. ``STOREFRONT_<NAME>`` sets it.

``docs/settings.md`` is generated from this table (``make docs``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

PREFIX = "STOREFRONT_"
INSECURE_SECRET = "only-for-development"  # noqa: S105 - production refuses it by name
_HUNDREDTHS_AT_STRIPE = ("AFN", "ALL", "ISK", "LAK", "LBP", "MMK", "RSD", "SOS", "STD", "UGX", "YER")
"""Currencies whose smallest unit is 1 here (as Unicode's tables say), and a hundredth at Stripe."""
_TENS_AT_STRIPE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""Currencies of thousandths, of which Stripe takes whole tens only: 5.125 can't be charged."""


class SettingError(ValueError):
    """A setting that can't be used; the message names it, says what was expected and what to do."""


def _setting(default: str | int, help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_text, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process. Build it with :func:`from_environ`."""

    env: str = _setting("development", "`production` refuses embedded services and default secrets.")
    shop_name: str = _setting("Walkaround", "The name on every page.")
    currency: str = _setting("EUR", "ISO 4217 code of every price; amounts are in its minor unit.")
    secret_key: str = _setting(
        INSECURE_SECRET, "Signs session ids and upload links. 32 random bytes.", secret=True
    )
    database_url: str = _setting(
        "sqlite:///var/accounts.sqlite", "Accounts, orders and stock: SQLAlchemy URL."
    )
    database_iam: str = _setting(
        "no",
        "`yes`: Aurora takes a token of IAM as the password; the URL must ask for `sslmode=verify-full`.",
    )
    dynamodb_url: str = _setting("", "DynamoDB endpoint; empty for the region's own.")
    dynamodb_region: str = _setting(
        "us-east-1", "AWS region of the tables, and the home of the render jobs that are asked for here."
    )
    table_prefix: str = _setting("storefront", "Table names are `<prefix>-catalog`, `<prefix>-carts`, …")
    redis_url: str = _setting("redis://127.0.0.1:6379/0", "Redis or Valkey for render jobs.")
    redis_password: str = _setting("", "Its password, where the URL has none.", secret=True)
    objects_url: str = _setting(
        "file:var/objects", "Uploads, renditions, snapshots: `file:FOLDER` or `s3://BUCKET`."
    )
    objects_endpoint: str = _setting("", "S3 endpoint; empty for the region's own.")
    assets_url: str = _setting(
        "/assets", "Where browsers fetch renditions: a path of the shop, or the CDN's address."
    )
    snapshot_folder: str = _setting(
        "var/snapshots", "Local folder for the catalog snapshots that this machine reads."
    )
    public_url: str = _setting(
        "",
        "The shop's address as shoppers see it; empty to take it from the request. With `https://` its "
        "cookies go over nothing else, and the session's is bound to the host.",
    )
    mail: str = _setting(
        "folder:var/mail",
        "How letters leave: `folder:PATH` (a file each), `smtp://HOST:PORT`, `smtps://USER:PASSWORD@HOST`, "
        "or `ses:` (Amazon SES in the tables' region).",
        secret=True,
    )
    mail_from: str = _setting("Walkaround <shop@example.com>", "Who letters are from.")
    merchant_mail: str = _setting(
        "", "Who is told of orders that can't be fulfilled and of money that must go back; empty for nobody."
    )
    payments: str = _setting(
        "test", "Who takes the money: `test` (a test server, with pages of its own) or `stripe`."
    )
    testpay_url: str = _setting("", "The test payment server's address; `make run` starts one.")
    testpay_secret: str = _setting("", "What the test payment server and the shop share.", secret=True)
    stripe_key: str = _setting(
        "", "Stripe's secret key, best a restricted one: Checkout Sessions, Refunds, Events.", secret=True
    )
    stripe_webhook_secret: str = _setting(
        "",
        "The signing secret (`whsec_…`) of the webhook endpoint `/webhooks/stripe`, which asks for the "
        "events `checkout.session.*` and `refund.*`.",
        secret=True,
    )
    trusted_proxies: int = _setting(
        0,
        "How many proxies in front add to X-Forwarded-For (CloudFront and a balancer: 2); 0 ignores "
        "X-Forwarded-*. The nearest one says scheme and host, and must keep others from saying them.",
    )
    session_days: int = _setting(30, "A session ends after so many days without a change.")
    upload_limit: int = _setting(2 << 30, "Largest model upload, in bytes.")
    page_cache_bytes: int = _setting(64 << 20, "Memory for rendered pages, per web process; 0 turns it off.")
    workers: int = _setting(0, "Render workers that `make run` starts; 0 for one per processor core.")
    pictures: str = _setting(
        "auto",
        "Who draws posters and other pictures: `cpu` casts rays; `chromium` is the shop's viewer in a "
        "headless browser; `auto` is `chromium` where there is a GPU (`/dev/dri/renderD*`) and a Chromium.",
    )
    chromium: str = _setting("", "Chromium's program for pictures; empty to look for it in `PATH`.")
    spot: str = _setting("no", "`yes` on EC2 machines: workers stop when AWS says that the machine goes.")
    metadata_url: str = _setting(
        "http://169.254.169.254", "Where workers on EC2 machines ask (instance metadata service)."
    )
    secrets: str = _setting(
        "",
        "ARNs of secrets in AWS Secrets Manager, with commas between them. `ARN` is a JSON object of "
        "settings (`SECRET_KEY`, …), `SETTING=ARN` the plain value of one.",
    )
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR; logs are JSON lines on stderr.")

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def https(self) -> bool:
        """Whether shoppers see the shop over HTTPS: its cookies go over nothing else then."""
        return self.public_url.startswith("https://")

    @property
    def payment_pages(self) -> str:
        """The origin of the hosted payment pages; empty where there are none."""
        address = "https://checkout.stripe.com" if self.payments == "stripe" else self.testpay_url
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def table() -> tuple[Field[Any], ...]:
    """The fields of :class:`Settings`, in order, with ``help`` in their metadata."""
    return fields(Settings)


def from_environ(environ: Mapping[str, str], *, sells: bool = True) -> Settings:
    """Read ``STOREFRONT_*``. Raises :class:`SettingError` for a value or name that can't be used.

    ``sells`` says that the process takes payments and sends letters; others need no secrets for that.
    """
    known = {PREFIX + entry.name.upper(): entry for entry in table()}
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingError(f"{unknown[0]} is not a setting; docs/settings.md lists them all")
    given: dict[str, Any] = {
        entry.name: _parse(name, entry, environ[name]) for name, entry in known.items() if name in environ
    }
    settings = Settings(**given)
    _check(settings, sells)
    return settings


def to_environ(settings: Settings) -> dict[str, str]:
    """The environment from which :func:`from_environ` reads the same settings."""
    return {PREFIX + entry.name.upper(): str(getattr(settings, entry.name)) for entry in table()}


def _parse(name: str, entry: Field[Any], text: str) -> str | int:
    if not isinstance(entry.default, int):
        return text
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"{name} must be a whole number, not {text!r}") from None


def _check(settings: Settings, sells: bool) -> None:
    if settings.env not in ("development", "production"):
        raise SettingError(f"{PREFIX}ENV must be development or production, not {settings.env!r}")
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SettingError(
            f"{PREFIX}LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {settings.log_level!r}"
        )
    if settings.pictures not in ("auto", "cpu", "chromium"):
        raise SettingError(f"{PREFIX}PICTURES must be auto, cpu or chromium, not {settings.pictures!r}")
    code = settings.currency
    if len(code) != 3 or not (code.isascii() and code.isalpha() and code.isupper()):
        # Providers answer in capital letters, and money of another currency than was asked for goes back.
        raise SettingError(f"{PREFIX}CURRENCY must be three capital letters like EUR, not {code!r}")
    for name in ("spot", "database_iam"):
        if getattr(settings, name) not in ("yes", "no"):
            raise SettingError(f"{PREFIX}{name.upper()} must be yes or no, not {getattr(settings, name)!r}")
    if sells:
        _check_payments(settings)
    if settings.production:
        _refuse_unsafe(settings)
    if settings.production and sells:
        _refuse_pretence(settings)


def _check_payments(settings: Settings) -> None:
    if settings.payments not in ("test", "stripe"):
        raise SettingError(f"{PREFIX}PAYMENTS must be test or stripe, not {settings.payments!r}")
    if settings.payments == "stripe":
        for name in ("stripe_key", "stripe_webhook_secret"):
            if not getattr(settings, name):
                raise SettingError(f"{PREFIX}{name.upper()} is missing: Stripe can't be used without it")
        if settings.currency in _HUNDREDTHS_AT_STRIPE:
            raise SettingError(
                f"{PREFIX}CURRENCY can't be {settings.currency}: Stripe counts it in hundredths"
            )
        if settings.currency in _TENS_AT_STRIPE:
            raise SettingError(
                f"{PREFIX}CURRENCY can't be {settings.currency}: Stripe takes no single thousandths of it"
            )


def _refuse_unsafe(settings: Settings) -> None:
    if settings.secret_key == INSECURE_SECRET or len(settings.secret_key) < 32:
        raise SettingError(f"{PREFIX}SECRET_KEY must be at least 32 random characters in production")
    if settings.database_url.startswith("sqlite"):
        raise SettingError(f"{PREFIX}DATABASE_URL must be a PostgreSQL URL in production, not SQLite")
    if settings.database_iam == "yes" and "sslmode=verify-full" not in settings.database_url:
        raise SettingError(f"{PREFIX}DATABASE_URL must ask for sslmode=verify-full: a token is a password")
    if not settings.objects_url.startswith("s3://"):
        raise SettingError(f"{PREFIX}OBJECTS_URL must be s3://BUCKET in production, not a folder")
    for name in ("dynamodb_url", "redis_url", "objects_endpoint", "database_url"):
        if urlsplit(getattr(settings, name)).hostname in ("localhost", "127.0.0.1", "::1"):
            raise SettingError(
                f"{PREFIX}{name.upper()} names this machine; production needs a service of its own"
            )


def _refuse_pretence(settings: Settings) -> None:
    if settings.payments == "test":
        raise SettingError(f"{PREFIX}PAYMENTS must be stripe in production: nobody pays at the test server")
    if settings.mail.startswith("folder:"):
        raise SettingError(f"{PREFIX}MAIL must be smtp://…, smtps://… or ses: in production, not a folder")
    if settings.mail_from.rstrip("> ").endswith("@example.com"):
        raise SettingError(f"{PREFIX}MAIL_FROM must be an address of yours in production")
    if not settings.public_url.startswith("https://"):
        # Whoever asks for a letter chooses the Host of the request, and so would choose its links.
        raise SettingError(f"{PREFIX}PUBLIC_URL must be the shop's https:// address in production")
