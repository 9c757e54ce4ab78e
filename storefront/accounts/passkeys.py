"""Passkeys (WebAuthn, https://www.w3.org/TR/webauthn-3/) beside the password; py_webauthn verifies them.

A passkey replaces the password, so that it must say that it verified its user (by finger, face or PIN).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import request
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from storefront.accounts import letters
from storefront.accounts.models import Passkey, User
from storefront.accounts.operations import Person, person_of
from storefront.stores.columns import from_now
from storefront.stores.database import insert_new
from storefront.web.context import shop

MOST = 10
LONGEST_NAME = 80
_REQUIRED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Exception):
    """The passkey didn't prove who it is; the message says why, for the person who tried."""


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey in its user's list."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


def creation_options(person: Person) -> tuple[str, str]:
    """What ``navigator.credentials.create`` is given, as JSON, and the challenge in it, base64url."""
    with shop().database.transaction() as session:
        kept = session.scalars(select(Passkey).where(Passkey.user_id == person.id)).all()
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=shop().settings.shop_name,
        user_id=person.id.encode(),
        user_name=person.email,
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in kept
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def request_options() -> tuple[str, str]:
    """The same for ``navigator.credentials.get``: any passkey that the browser has for this shop."""
    options = webauthn.generate_authentication_options(rp_id=_host(), user_verification=_REQUIRED)
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def add(person: Person, name: str, credential: str, challenge: str) -> None:
    """Keep the passkey that the browser made, and tell the user. Raises :class:`PasskeyRefused`."""
    given = _parsed(credential)
    try:
        verified = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused(f"The browser's answer can't be verified: {error}") from error
    row = {
        "user_id": person.id,
        "credential_id": bytes_to_base64url(verified.credential_id),
        "public_key": verified.credential_public_key,
        "sign_count": verified.sign_count,
        "transports": _transports(given),
        "name": _name(name),
    }
    shop().database.unit(lambda session: _keep(session, person, row))


def signed_by(credential: str, challenge: str) -> Person:
    """Whose passkey signed the challenge. Raises :class:`PasskeyRefused`.

    Its counter must have grown, unless it has none; a copy of a passkey is found out by that.
    """
    given = _parsed(credential)
    with shop().database.transaction() as session:
        found = select(Passkey).where(Passkey.credential_id == str(given.get("id")))
        key = session.scalar(found)
    if key is None:
        raise PasskeyRefused("The shop doesn't know this passkey. It may have been removed from the account.")
    try:
        verified = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused(f"The browser's answer can't be verified: {error}") from error
    return shop().database.unit(lambda session: _used(session, key, verified.new_sign_count))


def listed(person: Person) -> tuple[Known, ...]:
    """The user's passkeys, the newest last."""
    kept = select(Passkey).where(Passkey.user_id == person.id).order_by(Passkey.created_at)
    with shop().database.transaction() as session:
        rows = session.scalars(kept).all()
    return tuple(Known(row.id, row.name, row.created_at, row.used_at) for row in rows)


def rename(person: Person, wanted: str, name: str) -> None:
    """Give one of the user's passkeys another name."""
    changed = update(Passkey).where(Passkey.user_id == person.id, Passkey.id == wanted)
    shop().database.unit(lambda session: session.execute(changed.values(name=_name(name))))


def remove(person: Person, wanted: str) -> None:
    """Forget one of the user's passkeys."""
    removed = delete(Passkey).where(Passkey.user_id == person.id, Passkey.id == wanted)
    shop().database.unit(lambda session: session.execute(removed))


def _keep(session: Session, person: Person, row: Mapping[str, Any]) -> None:
    session.get_one(User, person.id, with_for_update=True)  # so that two tabs can't both add the last one
    kept = session.scalars(select(Passkey.id).where(Passkey.user_id == person.id)).all()
    if len(kept) >= MOST:
        raise PasskeyRefused(f"An account has {MOST} passkeys at most. Remove one that you don't use.")
    if not insert_new(session, Passkey, **row):
        raise PasskeyRefused("This passkey is kept already.")
    letters.told(session, "passkey_added", person.email, name=row["name"])


def _used(session: Session, key: Passkey, count: int) -> Person:
    """Conditional, so that of two answers with one counter, at the same time, one is refused."""
    grown = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    used = update(Passkey).where(Passkey.id == key.id, grown)
    counted = session.execute(used.values(sign_count=count, used_at=from_now()).returning(Passkey.id))
    user = session.get(User, key.user_id)
    if counted.first() is None or user is None:
        raise PasskeyRefused("This passkey's counter doesn't grow: there may be a copy of it.")
    return person_of(user)


def _parsed(credential: str) -> dict[str, Any]:
    try:
        parsed = json.loads(credential)
    except ValueError as error:
        raise PasskeyRefused("The browser sent no passkey. Try again.") from error
    if not isinstance(parsed, dict):
        raise PasskeyRefused("The browser sent no passkey. Try again.")
    return parsed


def _transports(given: Mapping[str, Any]) -> list[str]:
    response = given.get("response")
    said = response.get("transports") if isinstance(response, dict) else None
    return [str(entry)[:20] for entry in said][:8] if isinstance(said, list) else []


def _name(text: str) -> str:
    return text.strip()[:LONGEST_NAME] or "Passkey"


def _origin() -> str:
    parts = urlsplit(shop().settings.public_url or request.url_root)
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    return urlsplit(_origin()).hostname or ""
