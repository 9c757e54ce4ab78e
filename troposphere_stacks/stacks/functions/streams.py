"""The functions that follow tables. What they can't do goes to a queue, where an alarm sees it."""

from __future__ import annotations

import json
from typing import Any

from troposphere import AWS_NO_VALUE, GetAtt, Ref, Sub, sqs
from troposphere.awslambda import (
    DestinationConfig,
    EventSourceMapping,
    Filter,
    FilterCriteria,
    OnFailure,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.kit.grants import Statement, allow, use_key
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.release import rights
from troposphere_stacks.release.environment import CART_UPDATES, CATALOG_CHANGES, environment
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.functions.making import Making, add_function

LONGEST_AGE = 6 * 3600
"""Seconds for which a record is tried again: a database that is away for a night is another matter."""
QUEUE_DAYS = 14
_STREAM = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")


def add(template: StackTemplate, parameters: Parameters) -> dict[str, Any]:
    """Add both functions and their queue; their names by logical name."""
    _add_queue(template)
    carts = template.need("CartsStreamArn", "tables.CartsStreamArn")
    made = add_function(template, parameters, _cart_updates(template, parameters, carts))
    # Every region's stream has every region's writes; each counts those of its own (cart/models.py).
    own = {"dynamodb": {"Keys": {"line_id": {"S": [{"suffix": f"#{parameters.region}"}]}}}}
    _follow(template, "CartsSource", made, carts, 50, own)
    catalog = {
        name: template.need(f"{name}StreamArn", f"tables.{name}StreamArn")
        for name in ("Products", "Categories")
    }
    made = add_function(template, parameters, _catalog_changes(template, parameters, list(catalog.values())))
    for name, stream in catalog.items():
        _follow(template, f"{name}Source", made, stream, 500)
    return {"CartUpdates": Ref("CartUpdates"), "CatalogChanges": Ref("CatalogChanges")}


def _cart_updates(template: StackTemplate, parameters: Parameters, stream: Any) -> Making:
    return Making(
        title="CartUpdates",
        part="cart-updates",
        about="Counts what lies in carts, and frees what emptied carts held",
        handler="storefront.functions.cart_updates.batch",
        variables=environment(template, parameters, CART_UPDATES),
        statements=[*rights.of(template, parameters, CART_UPDATES), *_follows(template, [stream])],
        private=True,
        seconds=60,
        megabytes=512,
        at_once=20,
    )


def _catalog_changes(template: StackTemplate, parameters: Parameters, streams: list[Any]) -> Making:
    return Making(
        title="CatalogChanges",
        part="catalog-changes",
        about="Builds this region's snapshot of the catalog anew",
        handler="storefront.functions.catalog_changes.batch",
        variables=environment(template, parameters, CATALOG_CHANGES),
        statements=[*rights.of(template, parameters, CATALOG_CHANGES), *_follows(template, streams)],
        private=False,
        seconds=300,
        megabytes=1769,  # a whole processor
        at_once=2,
    )


def _follows(template: StackTemplate, streams: list[Any]) -> list[Statement]:
    """What Lambda itself does in the function's name: it reads the stream, and writes to the queue."""
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    through = Sub("sqs.${AWS::Region}.amazonaws.com")
    return [
        allow([f"dynamodb:{action}" for action in _STREAM], streams, "FollowsStream"),
        allow(["sqs:SendMessage"], GetAtt("Failed", "Arn"), "LeavesWhatFails"),
        use_key(key, through, writes=True),
    ]


def _follow(
    template: StackTemplate,
    title: str,
    function: Any,
    stream: Any,
    size: int,
    pattern: dict[str, Any] | None = None,
) -> None:
    source = EventSourceMapping(
        title,
        FunctionName=Ref(function),
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        BatchSize=size,
        MaximumBatchingWindowInSeconds=1,
        BisectBatchOnFunctionError=True,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRecordAgeInSeconds=LONGEST_AGE,
        MaximumRetryAttempts=-1,
        DestinationConfig=DestinationConfig(OnFailure=OnFailure(Destination=GetAtt("Failed", "Arn"))),
        FilterCriteria=_filter(pattern) if pattern else Ref(AWS_NO_VALUE),
    )
    template.add_resource(source)


def _filter(pattern: dict[str, Any]) -> Any:
    return FilterCriteria(Filters=[Filter(Pattern=json.dumps(pattern, separators=(",", ":")))])


def _add_queue(template: StackTemplate) -> None:
    queue = sqs.Queue(
        "Failed",
        MessageRetentionPeriod=QUEUE_DAYS * 86_400,
        KmsMasterKeyId=template.need("DataKeyArn", "foundation.DataKeyArn"),
    )
    suppress(queue, "guard", "CT.SQS.PR.1", "It is where failed records end; nothing comes after it")
    template.add_resource(queue)
    template.give("FailedQueueName", GetAtt(queue, "QueueName"), "Records that a function gave up on")
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    watch = Watch(
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": GetAtt(queue, "QueueName")},
        threshold=0,
        statistic="Maximum",
        periods=1,
        datapoints=1,
    )
    alarm(template, "RecordsFailed", "A function gave up on records of a stream", watch, topic)
