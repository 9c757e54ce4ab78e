"""Every stack of the shop. Deployment order follows from what each needs; this order breaks ties."""

from __future__ import annotations

from troposphere_stacks.stack import Stack
from troposphere_stacks.stacks import certificates, foundation, network, zone

STACKS: tuple[Stack, ...] = (
    foundation.STACK,
    network.STACK,
    network.PEERING,
    network.PEERING_RETURN,
    zone.STACK,
    certificates.STACK,
)
