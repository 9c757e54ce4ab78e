"""A security key in software: it makes passkeys and signs with them as WebAuthn §6 says.

The shop verifies what it answers with the library that it uses for real ones.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey. ``counts`` says whether it counts its signatures; ``flags`` what it says of its user."""

    origin: str = "http://localhost"
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    count: int = 0
    user: str = ""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """What ``navigator.credentials.create`` answers, as JSON."""
        self.user = options["user"]["id"]
        data = self._data(options["rp"]["id"], ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big")
        data += self.id + self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        response = {
            "clientDataJSON": encoded(client),
            "attestationObject": encoded(attestation),
            "transports": ["internal"],
        }
        return self._credential(response)

    def sign(self, options: dict[str, Any]) -> str:
        """What ``navigator.credentials.get`` answers, as JSON."""
        self.count += self.counts
        data, client = self._data(options["rpId"]), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": self.user,
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> str:
        own = encoded(self.id)
        known = {"id": own, "rawId": own, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**known, "response": response})

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(host.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
