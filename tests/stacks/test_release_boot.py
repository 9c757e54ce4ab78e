"""User data and boot script are run, in namespaces of their own; what only AWS has is recorded instead."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from storefront.settings import PREFIX
from tests.stacks.built import resources
from tests.stacks.filling import filled
from troposphere_stacks.release import building
from troposphere_stacks.stack import Stack
from troposphere_stacks.stacks import render, web

COVERED = ("etc", "opt", "var/log", "var/lib")
"""Folders of the machine that the scripts write to: a copy of the first, and empty ones."""

ENTER = """
set -e
for folder in $COVERED; do mount --bind "$MACHINE/$folder" "/$folder"; done
exec bash "$MACHINE/user-data"
"""

PROGRAMS = {
    "aws": 'if [ "$1 $2" = "s3 cp" ]; then cp "$BUCKET/${4#s3://}" "$5"; fi',
    "cfn-signal": "",
    "chgrp": "",
    "curl": 'case "$*" in *instance-id) echo i-0123;; *api/token) echo token;;'
    ' */readyz) [ -z "$NEVER_READY" ] && grep -q "enable --now" "$MACHINE/calls";; esac',
    "dnf": "mkdir -p /opt/aws/amazon-cloudwatch-agent/bin; cp $PROGRAMS/agent"
    " /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl",
    "agent": "",
    "id": "exit 1",
    "install": 'arguments=(); while [ $# -gt 0 ]; do case "$1" in -o|-g) shift;; *) arguments+=("$1");; esac;'
    ' shift; done; exec /usr/bin/install "${arguments[@]}"',
    "systemctl": "",
    "useradd": "",
}
"""What stands in on PATH: each writes down its call, then does this."""


@dataclass(frozen=True, slots=True)
class Booted:
    """A machine after its user data ran."""

    status: int
    said: str
    root: Path
    calls: list[str]

    def called(self, begin: str) -> list[str]:
        return [call for call in self.calls if call.startswith(begin)]


def _program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f'#!/bin/bash\necho "{name} $*" >> "$MACHINE/calls"\n{body}\n')
    path.chmod(0o755)


def _release(folder: Path) -> Path:
    """An archive like a release's, with one small wheel."""
    name = "shop-1.0.dist-info"
    path = folder / "shop-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("shop.py", "READY = True\n")
        archive.writestr(f"{name}/METADATA", "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
        archive.writestr(f"{name}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{name}/RECORD", f"shop.py,,\n{name}/METADATA,,\n{name}/WHEEL,,\n{name}/RECORD,,\n")
    return building.machine(folder / "release.tar", [path], b"-----BEGIN CERTIFICATE-----\n")[0]


@pytest.fixture
def boot(tmp_path: Path) -> Callable[..., Booted]:
    """Boots a machine of a stack."""
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody make namespaces")

    def run(stack: Stack = web.STACK, digest: str = "", **environ: str) -> Booted:
        root, programs, bucket = tmp_path / "machine", tmp_path / "programs", tmp_path / "bucket"
        for folder in (programs, bucket / "artefacts/releases/v1", *(root / name for name in COVERED[1:])):
            folder.mkdir(parents=True)
        subprocess.run(["cp", "-r", "/etc", root / "etc"], check=False, capture_output=True)
        for name, body in PROGRAMS.items():
            _program(programs, name, body)
        (programs / "python3.13").symlink_to(sys.executable)
        part = "web" if stack is web.STACK else "render"
        archive = shutil.copy(_release(tmp_path), bucket / f"artefacts/releases/v1/{part}.tar")
        digest = digest or hashlib.sha256(archive.read_bytes()).hexdigest()
        given = {"ReleaseVersion": "v1", "ReleaseSha256": digest, "ArtifactBucketName": "artefacts"}
        data = resources(stack)["Launch"]["LaunchTemplateData"]["UserData"]
        (root / "user-data").write_text(filled(data, given))
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}", "COVERED": " ".join(COVERED), "MACHINE": str(root),
            "PROGRAMS": str(programs), "BUCKET": str(bucket), "NEVER_READY": "", "READY_SECONDS": "1",
            "WORK_SECONDS": "0", "HOME": str(tmp_path),
        }  # fmt: skip
        ended = subprocess.run(
            ["unshare", "-rm", "bash", "-c", ENTER], env=environment | environ, capture_output=True,
            text=True, check=False, timeout=120,
        )  # fmt: skip
        said = (root / "var/log/storefront/boot.log").read_text() + ended.stderr
        return Booted(ended.returncode, said, root, (root / "calls").read_text().splitlines())

    return run


def test_a_web_server_boots_and_says_so(boot: Callable[..., Booted]) -> None:
    machine = boot()
    assert machine.status == 0, machine.said
    assert machine.called("cfn-signal") == [
        "cfn-signal --exit-code 0 --stack storefront-web --resource Group --region us-east-1"
    ]
    (hook,) = machine.called("aws autoscaling complete-lifecycle-action")
    assert "--lifecycle-hook-name Ready" in hook
    assert hook.endswith("--instance-id i-0123 --lifecycle-action-result CONTINUE")
    assert machine.called("systemctl enable") == [
        "systemctl enable --now storefront-web.service storefront-upkeep.service"
    ]
    release = machine.root / "opt/storefront/releases/v1"
    assert list(release.glob("venv/lib/python*/site-packages/shop.py"))
    assert (machine.root / "opt/storefront/current").readlink() == Path("/opt/storefront/releases/v1")
    assert (machine.root / "etc/systemd/system/storefront-web.service").exists()
    environment = machine.root / "etc/storefront/environment"
    assert environment.stat().st_mode & 0o007 == 0
    assert f'{PREFIX}DATABASE_IAM="yes"\n' in environment.read_text()


def test_a_release_with_another_hash_is_not_started(boot: Callable[..., Booted]) -> None:
    machine = boot(digest="0" * 64)
    assert machine.status != 0
    assert machine.called("cfn-signal --exit-code 1")
    assert machine.called("aws autoscaling complete-lifecycle-action")[0].endswith("ABANDON")
    assert not machine.called("systemctl")


@pytest.mark.slow
def test_a_web_server_that_never_gets_ready_is_given_up(boot: Callable[..., Booted]) -> None:
    machine = boot(NEVER_READY="1")
    assert "the web server isn't ready after 1 s" in machine.said
    assert machine.called("cfn-signal --exit-code 1")


@pytest.mark.slow
def test_a_render_machine_starts_a_worker_for_every_other_processor(boot: Callable[..., Booted]) -> None:
    machine = boot(render.STACK)
    assert machine.status == 0, machine.said
    (started,) = machine.called("systemctl enable")
    assert started.count("storefront-worker@") == ((os.cpu_count() or 1) + 1) // 2
    assert "storefront-drain.service" in started
    assert 'SPOT="yes"' in (machine.root / "etc/storefront/environment").read_text()


def test_user_data_is_as_small_as_ec2_wants_it() -> None:
    for stack in (web.STACK, render.STACK):
        data = resources(stack)["Launch"]["LaunchTemplateData"]["UserData"]
        assert len(filled(data, {})) < 16_384 * 3 // 4  # room for long values


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd isn't here")
    for unit in (building.MACHINE / "units").iterdir():
        text = unit.read_text().replace("/opt/storefront/current/venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("User=storefront", "User=root"))
    names = [str(tmp_path / unit.name.replace("@.", "@1.")) for unit in tmp_path.iterdir()]
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if "storefront-" in line] == []
