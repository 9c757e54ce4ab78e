"""User data: fetch the release, see that it is the one that was meant, and hand over to its own script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from troposphere import Join, Sub

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import machines
from troposphere_stacks.release import environment
from troposphere_stacks.stack import StackTemplate

SCRIPT = Path(__file__).with_name("userdata.sh")
PROCESS = {"web": environment.WEB, "render": environment.WORKER}
NOT_RELEASED = "0" * 64
"""The hash of no release: a machine that is told it refuses to start anything."""


def user_data(template: StackTemplate, parameters: Parameters, part: str, logs: Sequence[str]) -> Any:
    """The script of the machines of ``part``, which CloudFormation fills in."""
    template.static(
        "ReleaseVersion",
        "unreleased",
        "The release that machines fetch",
        AllowedPattern="[A-Za-z0-9._-]{1,64}",
    )
    template.static(
        "ReleaseSha256",
        NOT_RELEASED,
        "Its hash, as release.json says for this part; an earlier one goes back",
        AllowedPattern="[0-9a-f]{64}",
    )
    template.need("ArtifactBucketName", "foundation.ArtifactBucketName")
    values = environment.environment(template, parameters, PROCESS[part])
    lines = [Join("", [f'{name}="', value, '"\n']) for name, value in sorted(values.items())]
    begin, end = SCRIPT.read_text().split("@ENVIRONMENT@\n")
    facts = {
        "@PART@": part,
        "@GROUP@": parameters.name(part),
        "@RESOURCE@": machines.GROUP,
        "@AGENT@": json.dumps(_agent(parameters, logs), separators=(",", ":")),
    }
    return Join("", [_filled(begin, facts), *lines, _filled(end, facts)])


def _filled(script: str, facts: dict[str, str]) -> Any:
    for name, value in facts.items():
        script = script.replace(name, value)
    return Sub(script) if "${AWS::" in script or "${Release" in script or "${Artifact" in script else script


def _agent(parameters: Parameters, logs: Sequence[str]) -> dict[str, Any]:
    """CloudWatch's agent: each process's file into its log group. Lines of metrics become metrics there."""
    files = [
        {
            "file_path": f"/var/log/storefront/{name}.log",
            "log_group_name": machines.log_name(parameters, name),
            "log_stream_name": "{instance_id}",
        }
        for name in logs
    ]
    return {"logs": {"logs_collected": {"files": {"collect_list": files}}, "force_flush_interval": 5}}
