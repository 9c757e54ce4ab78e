"""Every stack of the shop. Deployment order follows from what each needs; this order breaks ties."""

from __future__ import annotations

from troposphere_stacks.stack import Stack
from troposphere_stacks.stacks import (
    audit,
    cache,
    certificates,
    database,
    edge,
    foundation,
    network,
    storage,
    tables,
    zone,
)

STACKS: tuple[Stack, ...] = (
    foundation.STACK,
    zone.STACK,
    network.STACK,
    network.PEERING,
    network.PEERING_RETURN,
    storage.STACK,
    certificates.STACK,
    tables.STACK,
    database.STACK,
    database.REPLICA,
    cache.STACK,
    edge.STACK,
    audit.STACK,
    audit.GLOBAL,
)
