"""Telling a scanner, beside a resource, why one of its rules doesn't hold here."""

from __future__ import annotations

from typing import Any, Literal

Scanner = Literal["checkov", "cfn-lint", "guard"]


def suppress(resource: Any, scanner: Scanner, id: str, reason: str) -> None:
    """Write the scanner's inline metadata, and ours, from which the report of suppressions is made."""
    metadata = resource.resource.setdefault("Metadata", {})
    if scanner == "checkov":
        metadata.setdefault("checkov", {}).setdefault("skip", []).append({"id": id, "comment": reason})
    if scanner == "cfn-lint":
        config = metadata.setdefault("cfn-lint", {}).setdefault("config", {})
        config.setdefault("ignore_checks", []).append(id)
    said = metadata.setdefault("storefront", {}).setdefault("suppressed", [])
    said.append({"scanner": scanner, "id": id, "reason": reason})
