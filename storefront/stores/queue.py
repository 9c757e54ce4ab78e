"""The doorbell: an RQ queue on Redis or Valkey. A ring says "there is work"; the truth is in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, TimeoutError
from redis.retry import Retry
from rq import Queue as RqQueue
from rq.exceptions import DequeueTimeout
from rq.serializers import JSONSerializer

from storefront.settings import Settings
from storefront.stores.breaker import Breaker

QUEUE_NAME = "renders"
RING = "work"
"""What a ring names as its function. Nothing has this name: a ring is heard and thrown away."""


class QueueAway(Exception):
    """Redis can't be reached; whoever works looks for work without being told."""


def connect(settings: Settings, *, patience: float = 1.0) -> Redis:
    """A client whose calls end after ``patience`` seconds, with one retry."""
    return Redis.from_url(
        settings.redis_url,
        password=settings.redis_password or None,
        socket_timeout=patience,
        socket_connect_timeout=min(patience, 1.0),
        retry=Retry(NoBackoff(), 1),
    )


class Queue:
    """Rings the workers."""

    def __init__(self, settings: Settings) -> None:
        self.connection = connect(settings)
        self._queue = _queue(self.connection)
        self._breaker = Breaker("Redis", lambda error: isinstance(error, TimeoutError) or None, QueueAway)

    def ring(self) -> None:
        """Wake one worker. Raises :class:`QueueAway`."""
        with self._asking():
            self._queue.enqueue(RING)

    def ring_up_to(self, rings: int) -> int:
        """See to it that so many rings wait; returns how many were missing. Raises :class:`QueueAway`."""
        with self._asking():
            missing = max(0, rings - self._queue.count)
        for _ in range(missing):
            self.ring()
        return missing

    def ping(self) -> None:
        """Raise :class:`QueueAway` unless Redis answers."""
        with self._asking():
            self.connection.ping()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with self._breaker.asking():
                yield
        except RedisError as error:
            raise QueueAway(str(error)) from error


class Listener:
    """A worker's ear: one queue, on a connection of its own."""

    def __init__(self, settings: Settings, seconds: int) -> None:
        self._seconds = seconds
        self._queue = _queue(connect(settings, patience=seconds + 2.0))

    def wait(self) -> bool:
        """Whether the bell rang within the listener's seconds. Raises :class:`QueueAway`."""
        connection = self._queue.connection
        try:
            found = RqQueue.dequeue_any([self._queue], self._seconds, connection, serializer=JSONSerializer)
            if found is not None:
                connection.lrem(self._queue.intermediate_queue_key, 1, found[0].id)
                found[0].delete()
        except DequeueTimeout:
            return False
        except RedisError as error:
            raise QueueAway(str(error)) from error
        return found is not None


def _queue(connection: Redis) -> RqQueue:
    return RqQueue(QUEUE_NAME, connection=connection, serializer=JSONSerializer)
