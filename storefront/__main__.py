"""``python -m storefront``: embedded services, tables, demo goods, web server and render workers.

``serve`` is the web server alone, ``upkeep`` does the shop's chores, and ``migrate`` brings the SQL tables to
what this release expects: they use the services that the settings name, and start none. ``plugins`` judges
what is installed, and ``new-plugin NAME`` writes one that works.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from pathlib import Path

from storefront import authoring, serving
from storefront.embedded import interrupts, process
from storefront.embedded.process import StartError
from storefront.registry import PluginError
from storefront.settings import SettingError, Settings
from storefront.stores import secrets


def main(arguments: list[str] | None = None) -> int:
    """Run the shop until Ctrl-C. Exit status 2, with one line on stderr, where it can't start."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.name and options.task != "new-plugin":
        parser.error(f"unrecognized arguments: {options.name}")
    interrupts.listen()
    try:
        if options.task in _TOOLS:
            return _TOOLS[options.task](options)
        _TASKS[options.task](options, secrets.settings_of(os.environ))
    except KeyboardInterrupt:
        return 0
    except (StartError, SettingError, PluginError, TimeoutError) as error:
        return _refuse(str(error))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _refuse(f"the disk is full: free some space where {options.data} lies")
        if error.errno in (errno.EACCES, errno.EROFS, errno.EEXIST, errno.ENOTDIR):
            return _refuse(f"can't write {error.filename or options.data}: {error.strerror}; choose DATA=…")
        raise
    return 0


def _open(options: argparse.Namespace, settings: Settings) -> None:
    if options.task == "run":
        process.check_port(options.host, options.port)
    # Loading it takes a second or more: what can be refused is refused before.
    from storefront import tasks

    tasks.perform(options, settings)


def _serve(options: argparse.Namespace, settings: Settings) -> None:
    serving.serve(settings, options.host, options.port)


def _plugins(_: argparse.Namespace) -> int:
    broken = 0
    for line, found in authoring.judged():
        broken += bool(found)
        print(line, *(f"\n  - {fault}" for fault in found), sep="")  # noqa: T201
    return 1 if broken else 0


def _new_plugin(options: argparse.Namespace) -> int:
    folder = authoring.create(options.name, Path.cwd())
    print(f"Wrote {folder}. Next: pip install -e {folder}, pytest {folder}, and start the shop.")  # noqa: T201
    return 0


_TOOLS = {"plugins": _plugins, "new-plugin": _new_plugin}
"""What needs no settings and no services; the result is the exit status."""
_TASKS = {"run": _open, "serve": _serve, "upkeep": _open, "migrate": _open}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m storefront", description=__doc__)
    tasks = (*_TASKS, *_TOOLS)
    parser.add_argument("task", nargs="?", choices=tasks, default="run", help="%(choices)s (%(default)s)")
    parser.add_argument("name", nargs="?", default="", help="of the new plugin")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument("--data", type=Path, default=Path("var"), help="folder for all data (%(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--no-seed", action="store_true", help="start without the demo goods")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 1 << 16:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _refuse(message: str) -> int:
    print(f"storefront: {message}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main())
