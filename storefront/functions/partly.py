"""Answers that tell a stream which record to go on from: one bad record doesn't hold up those before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from storefront.stores import database, dynamo
from storefront.stores.objects import ObjectsAway

AWAY = (dynamo.Unavailable, database.Unavailable, ObjectsAway)

Answer = dict[str, list[dict[str, str]]]


def handle(event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], object]) -> Answer:
    """Do all records at once; where a store fails, one by one up to the first that fails again.

    AWS Lambda's "ReportBatchItemFailures": the stream comes again from that record on.
    """
    try:
        work(event)
    except AWAY:
        return {"batchItemFailures": _first_failure(event, work)}
    return {"batchItemFailures": []}


def _first_failure(
    event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], object]
) -> list[dict[str, str]]:
    for record in event["Records"]:
        try:
            work({"Records": [record]})
        except AWAY:
            return [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]
    return []
