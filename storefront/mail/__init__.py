"""Letters: a row in the transaction that causes them, sent by a relay of its own."""

from storefront.mail.operations import post

__all__ = ["post"]
