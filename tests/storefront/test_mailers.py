"""Letters leave by SMTP and by SES, and every refusal says whether to try again."""

from __future__ import annotations

import json
import socket
import ssl
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from storefront.embedded.process import free_port
from storefront.settings import SettingError, Settings
from storefront.stores.mailers import MailAway, MailRefused, SesMailer, SmtpMailer, open_mailer


class Postbox:
    """What an SMTP server does with letters: keeps them, or gives ``answer``."""

    def __init__(self, answer: str = "250 taken") -> None:
        self.kept: list[Envelope] = []
        self.answer = answer
        self.connections: set[Any] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        self.kept.append(envelope)
        return "250 taken"


class Server(Controller):
    """An SMTP server that ends when its last guest has left."""

    def factory(self) -> SMTP:
        guest = SMTP(self.handler, **self.SMTP_kwargs)
        self.guests = [*getattr(self, "guests", []), guest]
        return guest

    def stop(self, no_assert: bool = False) -> None:
        for _ in range(200):
            if all(guest.transport is None for guest in self.guests):
                break
            time.sleep(0.01)
        super().stop(no_assert)


Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts SMTP servers on a free port, which end with the test."""
    running: list[Server] = []

    def start(postbox: Postbox, **options: Any) -> int:
        host, port = options.pop("hostname", "127.0.0.1"), free_port()
        running.append(Server(postbox, hostname=host, port=port, **options))
        running[-1].start()
        return port

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(key.private_bytes(encoding, form, plain) + made.public_bytes(encoding))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """What a server needs for TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Shop <shop@example.com>", "ash@example.com"
    made["Subject"], made["Message-ID"] = "Grüße", "<1@example.com>"
    made.set_content("Hello")
    return made


def send(url: str, count: int = 1) -> None:
    with SmtpMailer(urlsplit(url), timeout=1).session() as hand_over:
        for _ in range(count):
            hand_over(message())


def knows_ash(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ash", b"p@ss")
    return AuthResult(success=known, handled=False)


# --- SMTP -----------------------------------------------------------------------------------------


def test_it_is_sent(serve: Serve) -> None:
    box = Postbox()
    send(f"smtp://127.0.0.1:{serve(box)}")
    [taken] = box.kept
    assert (taken.mail_from, taken.rcpt_tos) == ("shop@example.com", ["ash@example.com"])
    assert isinstance(taken.content, bytes)
    assert b"Message-ID: <1@example.com>" in taken.content


def test_letters_of_one_round_share_a_connection(serve: Serve) -> None:
    box = Postbox()
    send(f"smtp://127.0.0.1:{serve(box)}", count=3)
    assert (len(box.kept), len(box.connections)) == (3, 1)


def test_an_unknown_recipient_is_for_ever(serve: Serve) -> None:
    with pytest.raises(MailRefused, match="550 nobody"):
        send(f"smtp://127.0.0.1:{serve(Postbox('550 nobody here'))}")


def test_a_full_mailbox_may_pass(serve: Serve) -> None:
    with pytest.raises(MailAway, match="452 full"):
        send(f"smtp://127.0.0.1:{serve(Postbox('452 full'))}")


def test_no_server_may_pass() -> None:
    with pytest.raises(MailAway, match="refused"):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(MailAway, match="timed out"):
        send(f"smtp://127.0.0.1:{mute.getsockname()[1]}")


def test_a_password_goes_over_tls(
    serve: Serve, certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box = Postbox()
    port = serve(box, tls_context=tls, authenticator=knows_ash, auth_required=True)
    send(f"smtp://ash:p%40ss@127.0.0.1:{port}")
    assert len(box.kept) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(serve: Serve, tls: ssl.SSLContext) -> None:
    box = Postbox()
    with pytest.raises(MailAway, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"smtp://127.0.0.1:{serve(box, tls_context=tls)}")
    assert box.kept == []


def test_a_wrong_password_may_be_mended(serve: Serve) -> None:
    port = serve(Postbox(), authenticator=knows_ash, auth_require_tls=False)
    with pytest.raises(MailAway, match="535"):
        send(f"smtp://ash:wrong@127.0.0.1:{port}")


def test_a_password_never_leaves_this_machine_without_tls(serve: Serve) -> None:
    port = serve(Postbox(), hostname="127.0.0.2", authenticator=knows_ash, auth_require_tls=False)
    with pytest.raises(MailAway, match="no TLS"):
        send(f"smtp://ash:p%40ss@127.0.0.2:{port}")


# --- SES ------------------------------------------------------------------------------------------


class _Ses(BaseHTTPRequestHandler):
    """Answers as SES does, and keeps what it was asked."""

    def do_POST(self) -> None:
        asked: list[Any] = self.server.asked  # type: ignore[attr-defined]
        status: int = self.server.status  # type: ignore[attr-defined]
        asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        answer = json.dumps({"MessageId": "1"} if status == 200 else {"message": "Slow down"}).encode()
        self.send_response(status)
        self.send_header("x-amzn-ErrorType", "TooManyRequestsException")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def ses(aws_keys: None) -> Iterator[HTTPServer]:
    """A server that speaks SES's protocol as AWS documents it (SendEmail of version 2)."""
    server = HTTPServer(("127.0.0.1", 0), _Ses)
    server.asked, server.status = [], 200  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    yield server
    server.shutdown()
    server.server_close()


def send_by_ses(server: HTTPServer) -> None:
    with SesMailer("eu-central-1", f"http://127.0.0.1:{server.server_port}").session() as hand_over:
        hand_over(message())


def test_it_is_sent_by_ses(ses: HTTPServer) -> None:
    send_by_ses(ses)
    [(path, asked)] = ses.asked  # type: ignore[attr-defined]
    assert path == "/v2/email/outbound-emails"
    assert asked["Destination"] == {"ToAddresses": ["ash@example.com"]}
    assert b"Message-ID: <1@example.com>" in b64decode(asked["Content"]["Raw"]["Data"])


def test_ses_is_asked_once_a_round(ses: HTTPServer) -> None:
    ses.status = 429  # type: ignore[attr-defined]
    with pytest.raises(MailAway, match="TooManyRequests"):
        send_by_ses(ses)
    assert len(ses.asked) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("mail", ["", "folder:", "pigeon:loft"])
def test_other_ways_are_refused(mail: str) -> None:
    with pytest.raises(SettingError, match="STOREFRONT_MAIL"):
        open_mailer(Settings(mail=mail))
