"""Resolves setup.cfg into requirements.txt (run) and requirements-dev.txt, with a hash for each file.

The resolution is universal: one file serves every Python from 3.11 on, with markers where they differ.
"""

from __future__ import annotations

import subprocess

COMMON = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--upgrade", "--no-header", "--no-emit-index-url"),
)


def main() -> None:
    """Write both lock files. The larger set is resolved first, so that the smaller agrees with it."""
    run = ("--extra", "postgres", "--extra", "build")
    _compile(*run, "--extra", "dev", "-o", "requirements-dev.txt", "setup.cfg")
    _compile(*run, "-c", "requirements-dev.txt", "-o", "requirements.txt", "setup.cfg")


def _compile(*arguments: str) -> None:
    subprocess.run([*COMMON, *arguments], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
