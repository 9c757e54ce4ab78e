"""Resolves setup.cfg into requirements.txt (run) and requirements-dev.txt, with a hash for each file."""

from __future__ import annotations

import subprocess
import sys

COMMON = (
    *("-m", "piptools", "compile", "--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-header"),
)


def main() -> None:
    """Write both lock files. The larger set is resolved first, so that the smaller agrees with it."""
    run = ("--extra", "postgres", "--extra", "build")
    _compile(*run, "--extra", "dev", "-o", "requirements-dev.txt", "setup.cfg")
    _compile(*run, "-c", "requirements-dev.txt", "-o", "requirements.txt", "setup.cfg")


def _compile(*arguments: str) -> None:
    subprocess.run([sys.executable, *COMMON, *arguments], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
