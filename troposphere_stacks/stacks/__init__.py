"""Every stack of the shop. Deployment order follows from what each needs; this order breaks ties."""

from __future__ import annotations

from troposphere_stacks.stack import Stack
from troposphere_stacks.stacks import (
    audit,
    cache,
    certificates,
    database,
    dns,
    edge,
    foundation,
    functions,
    network,
    observability,
    render,
    settings,
    storage,
    tables,
    web,
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
    settings.STACK,
    cache.STACK,
    functions.STACK,
    web.STACK,
    render.STACK,
    edge.STACK,
    dns.STACK,
    observability.STACK,
    observability.GLOBAL,
    audit.STACK,
    audit.GLOBAL,
)
