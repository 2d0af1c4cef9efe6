"""Versions with their signed bytes, which verify without us."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sharing.records import signing


def test_a_version_verifies_with_what_the_api_gives(calls: Any, alert: Any) -> None:
    version = calls.recipient.get(f"records/{alert.pk}/versions/1").json()
    parties = calls.recipient.get("parties").json()["items"]
    keys = {key["kid"]: key["x"] for party in parties for key in party["keys"]}

    def key_of(kid: str) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(keys[kid] + "="))

    payload = signing.verify(version["jws"], key_of)
    assert payload["body"] == version["body"]
    assert payload["record"] == str(alert.pk)


def test_the_signature_is_verified_now(calls: Any, alert: Any) -> None:
    found = calls.recipient.get(f"records/{alert.pk}/versions/1/signature").json()
    assert (found["verified"], found["reason"]) == (True, "")


def test_an_open_version_is_the_originators_alone(calls: Any, alert: Any) -> None:
    calls.originator.post(f"records/{alert.pk}/amend")
    path = f"records/{alert.pk}/versions"
    assert [v["number"] for v in calls.originator.get(path).json()["items"]] == [2, 1]
    assert [v["number"] for v in calls.recipient.get(path).json()["items"]] == [1]
    assert calls.recipient.get(f"{path}/2").status_code == 404
    assert calls.originator.get(f"{path}/2/signature").status_code == 404
