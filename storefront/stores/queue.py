"""The doorbell: RQ on Redis or Valkey. It carries a job's name and key; the truth is in DynamoDB."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue as RqQueue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from storefront.settings import Settings

QUEUE_NAME = "renders"
JOB_TIMEOUT = 3600
KEEP_RESULT = 60


class QueueAway(Exception):
    """Redis can't be reached; the sweeper rings again later."""


def connect(settings: Settings, *, patience: float = 1.0) -> Redis:
    """A client whose calls end after ``patience`` seconds, with one retry."""
    return Redis.from_url(
        settings.redis_url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 1),
    )


class Queue:
    """Rings a worker. Each worker listens on this one queue, or RQ could lose jobs."""

    def __init__(self, settings: Settings) -> None:
        self.connection = connect(settings)
        self._queue = RqQueue(QUEUE_NAME, connection=self.connection, serializer=JSONSerializer)

    def ring(self, job: str, *arguments: str | int, key: str) -> bool:
        """Enqueue ``job`` unless one with this key waits or runs; False if so. Raises :class:`QueueAway`."""
        try:
            self._queue.enqueue(
                job,
                *arguments,
                job_id=key,
                unique=True,
                job_timeout=JOB_TIMEOUT,
                result_ttl=KEEP_RESULT,
                failure_ttl=KEEP_RESULT,
            )
        except DuplicateJobError:
            return False
        except RedisError as error:
            raise QueueAway(str(error)) from error
        return True

    def ping(self) -> None:
        """Raise :class:`QueueAway` unless Redis answers."""
        try:
            self.connection.ping()
        except RedisError as error:
            raise QueueAway(str(error)) from error
