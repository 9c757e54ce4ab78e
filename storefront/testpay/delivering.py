"""Brings events to the shop, again and again until it takes them; what is due survives a restart."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from hashlib import sha256

import urllib3
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from storefront.stores.database import Database
from storefront.testpay import books
from storefront.testpay.models import Delivery, Told

log = logging.getLogger(__name__)

SIGNATURE = "Testpay-Signature"
_LONGEST_PAUSE, _FIRST_PAUSE, _REST_SECONDS = 3600.0, 0.5, 1.0
_MOST_TRIES = 80
"""With the pauses between them: about three days."""
_pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1.0, read=10.0), retries=False)


def signature(secret: str, raw: bytes) -> str:
    """What the header says of a body: HMAC-SHA256 over it and the time, and that time."""
    signer = TimestampSigner(secret, salt="testpay", key_derivation="hmac", digest_method=sha256)
    return signer.sign(raw)[len(raw) + 1 :].decode()


class Courier:
    """Delivers what is due, in a thread of its own."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database, self._secret = database, secret
        self._rung = threading.Event()

    def start(self) -> None:
        """Deliver for as long as the server lives."""
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def ring(self) -> None:
        """Something is due now."""
        self._rung.set()

    def deliver_due(self) -> float:
        """Deliver what is due; the seconds until the next, at most one."""
        books.expire_due(self._database)
        while (delivery := self._next()) is not None:
            if (left := delivery.due_at - time.time()) > 0:
                return min(left, _REST_SECONDS)
            self.deliver(delivery)
        return _REST_SECONDS

    def deliver(self, delivery: Delivery) -> None:
        """Try it once, and note when to try again."""
        with self._database.transaction() as session:
            told = session.get_one(Told, delivery.number)
        taken = self._post(told)
        with self._database.transaction() as session:
            row = session.get_one(Delivery, delivery.id)
            row.tries += 1
            row.done = row.done or taken or row.tries >= _MOST_TRIES
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(row.tries, 20))
            row.due_at = time.time() + pause * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret

    def deliver_first(self, page_id: str) -> None:
        """Try the deliveries of a page at once, before its shopper goes on."""
        with self._database.transaction() as session:
            waiting = select(Delivery).join(Told, Told.number == Delivery.number)
            own = [
                delivery
                for delivery in session.scalars(waiting.where(Delivery.done.is_(False)))
                if session.get_one(Told, delivery.number).body["page"] == page_id
            ]
        for delivery in own:
            self.deliver(delivery)

    def _next(self) -> Delivery | None:
        with self._database.transaction() as session:
            return session.scalar(
                select(Delivery).where(Delivery.done.is_(False)).order_by(Delivery.due_at).limit(1)
            )

    def _post(self, told: Told) -> bool:
        raw = json.dumps(told.body).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._secret, raw)}
        try:
            status = _pool.request("POST", told.address, body=raw, headers=headers).status
        except urllib3.exceptions.HTTPError as error:
            log.warning("the shop doesn't take %s: %s", told.body["id"], error)
            return False
        if status >= 300:
            log.warning("the shop answers %d to %s", status, told.body["id"])
        return status < 300

    def _run(self) -> None:
        pause = 0.0
        while True:
            self._rung.wait(pause)
            self._rung.clear()
            try:
                pause = self.deliver_due()
            except SQLAlchemyError:
                log.exception("the books can't be read; tried again")
                pause = _REST_SECONDS
