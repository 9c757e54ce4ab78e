"""``python -m bench orders``: orders per second of the checkout's transactions, beside psycopg by hand.

Both do the same SQL, which reserves one unit and settles its payment, on one PostgreSQL, by turns, with the
same number of threads.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
from flask import Flask
from psycopg.types.json import Json

from storefront.checkout import reserving
from storefront.checkout.amounts import Amounts
from storefront.checkout.lines import LineItem
from storefront.checkout.payments import Event
from storefront.checkout.settling import settle
from storefront.embedded import services
from storefront.embedded.process import free_port
from storefront.registry import discover
from storefront.settings import Settings
from storefront.stock import operations as stock
from storefront.stores.columns import new_id
from storefront.stores.database import Database
from storefront.stores.objects import open_objects
from storefront.stores.queue import Queue
from storefront.web import context

ORDERS, ROUNDS, SKUS = 150, 3, 50
THREADS = (1, 8)
_numbers = count()


def main(arguments: list[str]) -> None:
    """Measure both and print orders per second and their ratio."""
    argparse.ArgumentParser("python -m bench orders", description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="storefront-bench-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o711)
        server, password = services.start_postgres(folder, folder, port)
        try:
            url = f"postgresql://storefront:{password}@127.0.0.1:{port}/postgres"
            _measure(replace(Settings(), database_url=url, objects_url=f"file:{folder}"))
        finally:
            server.stop()


def _measure(settings: Settings) -> None:
    app, database = Flask("bench"), Database(settings.database_url)
    parts = context.Shop(settings, discover(), open_objects(settings), database, Queue(settings))
    context.attach(app, parts)
    database.upgrade()
    with database.transaction() as session:
        for number in range(SKUS):
            stock.receive(session, _sku(number), 1_000_000)
    ours, by_hand = Ours(app, database), ByHand(settings.database_url)
    for threads in THREADS:
        speeds: dict[str, list[float]] = {"shop": [], "psycopg": []}
        for _ in range(ROUNDS):
            speeds["shop"].append(_speed(ours.buy, threads))
            speeds["psycopg"].append(_speed(by_hand.buy, threads))
        shop, plain = max(speeds["shop"]), max(speeds["psycopg"])
        print(f"{threads} threads: shop {shop:.0f}/s, psycopg {plain:.0f}/s, ratio {shop / plain:.2f}")


def _speed(buy: Callable[[LineItem], None], threads: int) -> float:
    lines = [_line(_sku(number % SKUS)) for number in range(ORDERS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(buy, lines))
    return ORDERS / (time.perf_counter() - started)


def _sku(number: int) -> str:
    return f"shoe.{number}"


def _line(sku: str) -> LineItem:
    lines = (("Shoe", 9900), ("Laces", 100))
    options = (("Laces", "Quick"), ("Size", "42"))
    selection = {"laces": "quick", "size": "42"}
    return LineItem(
        "shoe", "Shoe", "runner", sku, selection, options, 10_000, lines, 1, "runner", 900, None, 2, True
    )


class Ours:
    """The shop's own functions."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database

    def buy(self, line: LineItem) -> None:
        """One checkout, from its first row to its order."""
        with self.app.app_context():
            checkout = reserving.begin(self.database, "cart", "EUR")
            amounts = Amounts(goods=line.total, currency="EUR")
            held = reserving.reserve(self.database, checkout.id, [line], amounts)
            number = next(_numbers)
            event = Event("bench", f"e{number}", "captured", f"p{number}", held.amount, "EUR", held.id)
            if settle(self.database, event) != "placed":
                raise RuntimeError("the order wasn't placed")


class ByHand:
    """The same statements, written out."""

    def __init__(self, url: str) -> None:
        self.url, self.local = url, threading.local()

    def buy(self, line: LineItem) -> None:
        """One checkout, from its first row to its order."""
        if not hasattr(self.local, "connection"):
            self.local.connection = psycopg.connect(self.url)
        connection, key = self.local.connection, new_id()
        with connection.transaction(), connection.cursor() as cursor:
            _begin(cursor, key)
        with connection.transaction(), connection.cursor() as cursor:
            _reserve(cursor, key, line)
        with connection.transaction(), connection.cursor() as cursor:
            _settle(cursor, key, next(_numbers))


def _begin(cursor: psycopg.Cursor, key: str) -> None:
    cursor.execute(
        "INSERT INTO checkouts (id, state, cart_id, email, lines, amounts, amount, currency, attempt,"
        " extensions, created_at, expires_at, put_away) VALUES (%s, 'open', 'cart', '', '[]', '{}', 0, 'EUR',"
        " 0, 0, now(), now() + interval '1 day', false) RETURNING created_at, expires_at",
        (key,),
    ).fetchone()


def _reserve(cursor: psycopg.Cursor, key: str, line: LineItem) -> None:
    amounts = Amounts(goods=line.total, currency="EUR").to_json()
    cursor.execute("SELECT * FROM checkouts WHERE id = %s FOR UPDATE", (key,)).fetchone()
    cursor.execute(
        "UPDATE checkouts SET state = 'reserved', lines = %s, amounts = %s, amount = %s, attempt = 1,"
        " expires_at = now() + interval '900 seconds' WHERE id = %s RETURNING expires_at",
        (Json([line.to_json()]), Json(amounts), line.total, key),
    ).fetchone()
    cursor.execute(
        "UPDATE stock SET reserved = reserved + 1 WHERE sku = %s AND on_hand - reserved >= 1", (line.sku,)
    )
    if cursor.rowcount != 1:
        raise RuntimeError("sold out")
    cursor.execute("INSERT INTO reservations VALUES (%s, %s, 1)", (key, line.sku))


def _settle(cursor: psycopg.Cursor, key: str, number: int) -> None:
    reference, payment = f"h{number}", new_id()
    paid = "provider = 'bench' AND reference IN (%s, '')"
    cursor.execute(f"SELECT checkout_id FROM payments WHERE {paid}", (reference,)).fetchone()
    checkout = cursor.execute("SELECT * FROM checkouts WHERE id = %s FOR UPDATE", (key,)).fetchone()
    cursor.execute(
        "INSERT INTO payment_events VALUES ('bench', %s, 'captured', %s, '{}', now()) ON CONFLICT DO NOTHING",
        (reference, reference),
    )
    cursor.execute(f"SELECT * FROM payments WHERE {paid} FOR UPDATE", (reference,)).fetchone()
    cursor.execute(
        "INSERT INTO payments (id, checkout_id, provider, reference, state, amount, currency, refunded,"
        " attempt, url, created_at) VALUES (%s, %s, 'bench', %s, 'started', %s, 'EUR', 0, 0, '', now())"
        " ON CONFLICT DO NOTHING RETURNING *",
        (payment, key, reference, 10_000),
    ).fetchone()
    _order(cursor, key, payment, f"H{number}", checkout)
    _sell(cursor, key, f"H{number}")
    cursor.execute(
        "UPDATE checkouts SET state = 'paid' WHERE id = %s RETURNING expires_at", (key,)
    ).fetchone()
    cursor.execute("UPDATE payments SET state = 'captured' WHERE id = %s", (payment,))


def _order(cursor: psycopg.Cursor, key: str, payment: str, number: str, checkout: tuple[object, ...]) -> None:
    lines, amounts, amount, currency = checkout[8:12]
    order = new_id()
    cursor.execute(
        "INSERT INTO orders (id, number, checkout_id, payment_id, state, email, address, delivery, amounts,"
        " amount, refunded, currency, to_forget, placed_at) VALUES (%s, %s, %s, %s, 'placed', '', '{}', '{}',"
        " %s, %s, 0, %s, false, now()) ON CONFLICT DO NOTHING RETURNING *",
        (order, number, key, payment, Json(amounts), amount, currency),
    ).fetchone()
    for position, item in enumerate(lines):
        cursor.execute(
            "INSERT INTO order_lines (order_id, position, sku, units, shipped, cancelled, returned,"
            " unit_price, item) VALUES (%s, %s, %s, %s, 0, 0, 0, %s, %s)",
            (order, position, item["sku"], item["units"], item["unit_price"], Json(item)),
        )
    cursor.execute("INSERT INTO order_events VALUES (%s, %s, 'placed', '', '', now())", (new_id(), order))
    details = {"order_id": order, "number": number, "lines": list(lines)}
    cursor.execute(
        "INSERT INTO outbox (id, template, key, recipient, details, origin, tries, error,"
        " created_at, next_try) VALUES (%s, 'confirmation', %s, '', %s, '', 0, '', now(), now())"
        " ON CONFLICT DO NOTHING",
        (new_id(), order, Json(details)),
    )


def _sell(cursor: psycopg.Cursor, key: str, number: str) -> None:
    held = cursor.execute(
        "DELETE FROM reservations WHERE checkout_id = %s RETURNING sku, units", (key,)
    ).fetchall()
    for sku, units in held:
        cursor.execute(
            "UPDATE stock SET on_hand = on_hand - %s, reserved = reserved - %s WHERE sku = %s",
            (units, units, sku),
        )
        cursor.execute(
            "INSERT INTO stock_movements VALUES (%s, %s, %s, 'sold', %s, '', now())",
            (new_id(), sku, -units, number),
        )
