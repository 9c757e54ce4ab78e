"""How letters leave the shop: one port; a folder, an SMTP server or Amazon SES behind it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from storefront.settings import SettingError, Settings

TIMEOUT = 10.0
"""Seconds that each step of a delivery may take."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

Send = Callable[[EmailMessage], None]


class MailAway(Exception):
    """The letter can't be handed over now; later it may."""


class MailRefused(Exception):
    """The server will never take this letter."""


class Mailer(Protocol):
    """The port."""

    def session(self) -> AbstractContextManager[Send]:
        """A function that hands letters over, one by one, and what it needs, as long as it is open.

        It raises :class:`MailAway` or :class:`MailRefused`.
        """


def open_mailer(settings: Settings) -> Mailer:
    """The mailer that ``mail`` names. Raises :class:`SettingError` for another scheme."""
    scheme, _, rest = settings.mail.partition(":")
    if scheme == "folder" and rest:
        return FolderMailer(Path(rest))
    if scheme in ("smtp", "smtps"):
        return SmtpMailer(urlsplit(settings.mail))
    if scheme == "ses":
        return SesMailer(settings.dynamodb_region, rest)
    raise SettingError(
        "STOREFRONT_MAIL must be folder:PATH, smtp://HOST:PORT, smtps://USER:PASSWORD@HOST or ses:, "
        f"not {scheme!r}"
    )


class FolderMailer:
    """Writes each letter into a file, named by its Message-ID, that mail programs open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def session(self) -> Iterator[Send]:
        yield self._write

    def _write(self, message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        temporary = self._folder / f".{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(message.as_bytes(policy=SMTP))
            temporary.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailAway(f"can't write into {self._folder}: {error.strerror}") from error


class SmtpMailer:
    """Speaks to a server: with TLS from the start (``smtps``), or as soon as the server offers it.

    A password is never sent without TLS, unless to this machine.
    """

    def __init__(self, url: SplitResult, timeout: float = TIMEOUT) -> None:
        self._secure = url.scheme == "smtps"
        self._host = url.hostname or "localhost"
        self._port = url.port or (465 if self._secure else 25)
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        self._timeout = timeout
        self._open: smtplib.SMTP | None = None

    @contextmanager
    def session(self) -> Iterator[Send]:
        try:
            yield self._send
        finally:
            self._close()

    def _send(self, message: EmailMessage) -> None:
        try:
            if self._open is None:
                self._open = self._connect()
            self._open.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            self._close()  # what state it is in is anybody's guess
            raise _told(error) from error

    def _connect(self) -> smtplib.SMTP:
        where, trusted = (self._host, self._port), ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=self._timeout, context=trusted)
        else:
            server = smtplib.SMTP(*where, timeout=self._timeout)
        try:
            self._introduce(server, trusted)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        server.ehlo()
        if not self._secure and server.has_extn("starttls"):
            server.starttls(context=trusted)
        elif not self._secure and self._user and self._host not in _HERE:
            raise MailAway(f"{self._host} offers no TLS, and the password isn't sent without")
        if self._user:
            server.login(self._user, self._password)

    def _close(self) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None


class SesMailer:
    """Amazon SES in the region of the shop's tables; ``endpoint`` is another address of its."""

    def __init__(self, region: str, endpoint: str = "") -> None:
        self._region, self._endpoint = region, endpoint
        self._client: Any = None

    @contextmanager
    def session(self) -> Iterator[Send]:
        yield self._send

    def _send(self, message: EmailMessage) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._connected().send_email(
                FromEmailAddress=str(message["From"]),
                Destination={"ToAddresses": [str(message["To"])]},
                Content={"Raw": {"Data": message.as_bytes(policy=SMTP)}},
            )
        except (BotoCoreError, ClientError) as error:
            raise MailAway(" ".join(str(error).split())) from error

    def _connected(self) -> Any:
        if self._client is None:  # making a client costs 100 ms: it isn't made before a letter is due
            import boto3
            from botocore.config import Config

            # The relay tries again by itself: a second try here might be a second letter.
            once = Config(connect_timeout=2, read_timeout=TIMEOUT, retries={"total_max_attempts": 1})
            self._client = boto3.client(
                "sesv2", region_name=self._region, endpoint_url=self._endpoint or None, config=once
            )
        return self._client


def _told(error: smtplib.SMTPException | OSError) -> MailAway | MailRefused:
    """What a server's answer means for the letter: 5xx about it is for ever, all else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        text = f"{code} {words.decode(errors='replace')}"
        return MailRefused(text) if code >= 500 else MailAway(text)
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        return MailRefused(str(error))
    return MailAway(str(error) or type(error).__name__)
