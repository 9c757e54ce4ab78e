"""Letters are sent at least once, under one Message-ID, and forgotten after a month."""

from __future__ import annotations

import email
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import policy
from pathlib import Path

from flask import Flask

from storefront.mail import personal, relay
from storefront.stores.columns import from_now
from storefront.stores.mailers import FolderMailer, MailAway, MailRefused
from storefront.web.context import shop
from tests.storefront.offices import Office, letter, letters, on_both, post, set_back

__all__ = ["letters", "on_both"]


def test_it_is_sent_once(letters: Flask) -> None:
    post()
    assert [relay.send_due(Office()) for _ in range(2)] == [1, 0]


def test_relays_at_the_same_time_share_the_work(on_both: Flask) -> None:
    for key in range(24):
        post(str(key))
    office = Office()

    def round_of() -> int:
        with on_both.app_context():
            return relay.send_due(office)

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(round_of) for _ in range(4)]
        assert sum(one.result() for one in sent) == 24
    assert len({message["Message-ID"] for message in office.taken}) == len(office.taken) == 24


def test_one_that_died_leaves_its_letter_to_the_next(on_both: Flask) -> None:
    post()
    shop().database.unit(relay._claim)
    assert relay.send_due(Office()) == 0
    set_back(next_try=from_now(-1))
    assert relay.send_due(Office()) == 1


def test_a_second_copy_has_the_same_message_id(letters: Flask) -> None:
    post()
    office = Office()
    for _ in range(2):
        relay.send_due(office)
        set_back(sent_at=None, next_try=from_now(-1))
    assert office.taken[0]["Message-ID"] == office.taken[1]["Message-ID"]


def test_a_server_that_is_away_is_asked_later(letters: Flask) -> None:
    post()
    assert relay.send_due(Office(MailAway("no answer"))) == 0
    waiting = letter()
    assert waiting.error == "MailAway: no answer"
    assert waiting.next_try is not None
    set_back(next_try=from_now(-1))
    assert relay.send_due(Office()) == 1
    assert letter().error == ""


def test_a_refused_letter_is_given_up(letters: Flask) -> None:
    post()
    relay.send_due(Office(MailRefused("550 nobody here")))
    assert letter().next_try is None
    with shop().database.transaction() as session:
        assert relay.given_up(session) == 1


def test_a_letter_is_given_up_after_many_tries(letters: Flask) -> None:
    post()
    set_back(tries=relay.MOST_TRIES - 1)
    relay.send_due(Office(MailAway("no answer")))
    assert letter().next_try is None


def test_a_letter_that_cannot_be_written_costs_itself(letters: Flask) -> None:
    post("1", template="broken")
    post("2")
    assert relay.send_due(Office()) == 1


def test_a_folder_keeps_one_file_a_letter(letters: Flask, tmp_path: Path) -> None:
    post()
    for _ in range(2):
        relay.send_due(FolderMailer(tmp_path / "mail"))
        set_back(sent_at=None, next_try=from_now(-1))
    [path] = (tmp_path / "mail").iterdir()
    kept = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (path.suffix, kept["Subject"]) == (".eml", "Hello Ash")


def test_what_a_letter_told_is_forgotten_after_a_month(on_both: Flask) -> None:
    post()
    relay.send_due(Office())
    relay.forget()
    assert letter().recipient == "ash@example.com"
    set_back(sent_at=from_now(-relay.KEPT_SECONDS - 1))
    relay.forget()
    assert (letter().recipient, letter().details) == ("", {})
    assert not post()


def test_a_letter_that_was_given_up_is_forgotten_after_a_month(on_both: Flask) -> None:
    post()
    set_back(next_try=None, error="550 no such user ash@example.com", created_at=from_now(-29 * 86_400.0))
    relay.forget()
    assert letter().recipient == "ash@example.com"
    set_back(created_at=from_now(-relay.KEPT_SECONDS - 1))
    relay.forget()
    assert (letter().recipient, letter().details, letter().error) == ("", {}, "")
    with shop().database.transaction() as session:
        assert relay.given_up(session) == 0


@dataclass(frozen=True)
class Ash:
    email: str = "ash@example.com"


def test_a_person_sees_which_letters_were_posted(letters: Flask) -> None:
    post()
    [told] = personal.export_personal(Ash())["letters"]
    assert (told["about"], told["to"]) == ("hello", "ash@example.com")


def test_what_was_sent_to_a_person_and_what_waits_can_be_taken_away(letters: Flask) -> None:
    post("1")
    relay.send_due(Office())
    post("2")
    personal.erase_personal(Ash())
    assert relay.send_due(Office()) == 0
    assert personal.export_personal(Ash()) == {"letters": []}
