"""Wheels: the shop's own, and those of all that it needs, for a machine that isn't this one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from troposphere_stacks.deployment import StackError
from troposphere_stacks.release import archives
from troposphere_stacks.release.lock import PYTHON, Locked, Target, as_requirements

FROM_SOURCE = frozenset({"meshoptimizer"})
"""What has no wheels: it is built here, by the target's Python, on the target's processor."""
GLIBC, GLIBCXX = 34, 29
"""The newest symbols of Amazon Linux 2023: GLIBC_2.34, and GLIBCXX_3.4.29 of its GCC 11."""

_PACKAGES = ("storefront", "renderd", "plugins")
_FILES = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
_BUILT_AT = "1767225600"
"""A time for all files of all wheels, so that it makes no difference (2026-01-01)."""
_GLIBCS = (*range(GLIBC, 16, -1), 12, 5)
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")


def own(root: Path, out: Path) -> Path:
    """The shop's wheel. Raises :class:`StackError` where the static files aren't built."""
    if not (root / "storefront/static/vendor/manifest.json").exists():
        raise StackError("storefront/static/vendor isn't there: run make install, which builds it")
    source = out / "source"
    for name in _PACKAGES:
        shutil.copytree(root / name, source / name, ignore=_NOT_COPIED)
    for name in _FILES:
        shutil.copy(root / name, source)
    made = out / "own"
    # It is for every Python, and this one has setuptools.
    _pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "-w", str(made), str(source))
    shutil.rmtree(source)
    return next(made.glob("*.whl"))


def fetch(entries: Sequence[Locked], target: Target, out: Path, python: str) -> list[Path]:
    """Download the wheels of a target into ``out``; pip compares each with the lock's hashes."""
    out.mkdir(parents=True, exist_ok=True)
    binary = [entry for entry in entries if entry.name not in FROM_SOURCE]
    wanted = out / "wanted.txt"
    wanted.write_text(as_requirements(binary))
    tags = [word for tag in platforms(target) for word in ("--platform", tag)]
    _pip(
        python,
        *("download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--implementation", "cp"),
        *(
            "--python-version",
            PYTHON,
            "--abi",
            f"cp{PYTHON.replace('.', '')}",
            "--abi",
            "abi3",
            "--abi",
            "none",
        ),
        *(*tags, "--dest", str(out), "--requirement", str(wanted)),
    )
    source = [entry for entry in entries if entry.name in FROM_SOURCE]
    if source:
        _build(source, out, wanted, python)
    wanted.unlink()
    return sorted(out.glob("*.whl"))


def platforms(target: Target) -> list[str]:
    """Wheels' names of the platforms that run there."""
    numbered = [f"manylinux_2_{number}_{target.processor}" for number in _GLIBCS]
    return [*numbered, f"manylinux2014_{target.processor}"]


def _build(entries: Sequence[Locked], out: Path, wanted: Path, python: str) -> None:
    version = subprocess.run(  # noqa: S603 - the operator's
        [python, "-c", "import platform; print(platform.python_version(), platform.machine())"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    if not version[0].startswith(f"{PYTHON}.") or version[1] != "x86_64":
        names = ", ".join(entry.name for entry in entries)
        raise StackError(
            f"{names} must be built by Python {PYTHON} on x86_64, not {version[0]} on {version[1]}: --python"
        )
    wanted.write_text(as_requirements(entries))
    _pip(python, "wheel", "--no-deps", "--require-hashes", "-w", str(out), "-r", str(wanted))
    for entry in entries:
        for wheel in out.glob(f"{entry.name}-*.whl"):
            for name, content in archives.unpacked(wheel).items():
                if name.endswith(".so"):
                    check_symbols(f"{wheel.name}: {name}", content)


def check_symbols(name: str, content: bytes) -> None:
    """Raise :class:`StackError` where a library wants newer system libraries than the machines have."""
    for library, newest in (("GLIBC_2", GLIBC), ("GLIBCXX_3.4", GLIBCXX)):
        pattern = re.compile(re.escape(f"{library}.").encode() + rb"(\d+)")
        wanted = max((int(number) for number in pattern.findall(content)), default=0)
        if wanted > newest:
            raise StackError(
                f"{name} wants {library}.{wanted}, the machines have {library}.{newest}: "
                "build the release on Amazon Linux 2023, or on a system as old"
            )


def _pip(python: str, *arguments: str) -> None:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": _BUILT_AT}
    command = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    try:
        subprocess.run(command, env=environ, check=True, capture_output=True, text=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        told = error.stderr.splitlines()
        said = next((line for line in told if line.startswith("ERROR")), (told or ["no word"])[-1])
        raise StackError(f"pip {arguments[0]} failed: {said}") from error
    except FileNotFoundError as error:
        raise StackError(f"{python} is missing: name a Python {PYTHON} with --python") from error
