"""What an error of AWS' client says of a store (``storefront.stores.breaker``)."""

from __future__ import annotations

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError


def hung(error: BaseException) -> bool | None:
    """Whether there was no answer in time. False for answers: no such object, a condition doesn't hold."""
    if isinstance(error, ClientError):
        return False
    return isinstance(error, ReadTimeoutError | ConnectTimeoutError) or None
