"""Follows the change streams of tables, as the event source of a Lambda does in AWS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3
from botocore.config import Config

from storefront.settings import Settings
from storefront.stores.dynamo import Table


class Streams:
    """The streams of some tables, read from the moment this was made."""

    def __init__(self, settings: Settings, models: Iterable[type[Table]]) -> None:
        # Dynoxide's shard ids are shorter than botocore believes they can be.
        config = Config(
            parameter_validation=False,
            connect_timeout=1,
            read_timeout=3,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        self._client: Any = boto3.client(
            "dynamodbstreams",
            region_name=settings.dynamodb_region,
            endpoint_url=settings.dynamodb_url or None,
            config=config,
        )
        self._iterators = [iterator for model in models for iterator in self._open(model)]
        self._next = self._iterators

    def poll(self) -> dict[str, Any]:
        """What changed since the last :meth:`commit`, as a Lambda event: ``{"Records": [...]}``."""
        answers = [self._client.get_records(ShardIterator=iterator) for iterator in self._iterators]
        self._next = [answer["NextShardIterator"] for answer in answers if "NextShardIterator" in answer]
        return {"Records": [record for answer in answers for record in answer["Records"]]}

    def commit(self) -> None:
        """What the last :meth:`poll` brought was dealt with; without it, the next one brings it again."""
        self._iterators = self._next

    def _open(self, model: type[Table]) -> list[str]:
        arn = model.describe_table()["LatestStreamArn"]
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        return [
            self._client.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
            )["ShardIterator"]
            for shard in shards
        ]
