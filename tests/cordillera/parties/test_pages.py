"""Every page of accounts and administration meets the whole standing cast."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Cast

EVERYONE = {"originator", "colleague", "recipient", "outsider", "auditor", "admin", "analyst"}
READERS = EVERYONE - {"auditor", "admin"}
PAGES = {
    "/account/": EVERYONE,
    "/account/sessions/": EVERYONE,
    "/account/factors/": EVERYONE,
    "/account/factors/required/": EVERYONE,
    "/account/factors/passkeys/": EVERYONE,
    "/account/factors/passkeys/add/": EVERYONE,
    "/account/factors/app/activate/": EVERYONE,
    "/account/password/change/": EVERYONE,
    "/account/reauthenticate/": EVERYONE,
    "/account/tokens/": READERS,
    "/help/permissions/": EVERYONE,
    "/administration/": {"admin"},
    "/administration/units/": {"admin"},
    "/administration/invitations/": {"admin"},
    "/administration/systems/": {"admin"},
    "/administration/keys/": {"admin"},
    "/administration/keys/key-set/": {"admin"},
    "/administration/peers/": {"admin"},
    "/administration/agreements/": {"admin"},
    "/administration/agreements/MX/": {"admin"},
    "/administration/settings/": {"admin"},
    "/oversight/log/": {"auditor"},
    "/oversight/log/export/": {"auditor"},
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_for_whom_the_table_names_and_nobody_else(
    path: str, cast: Cast, client: Client
) -> None:
    seen = set()
    for part in EVERYONE:
        client.force_login(getattr(cast, part))
        answer = client.get(path)
        assert answer.status_code in (200, 403), (part, answer.status_code)
        if answer.status_code == 200:
            seen.add(part)
    assert seen == PAGES[path]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_asks_a_stranger_to_sign_in(path: str, cast: Cast, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next={path}"


OPEN = [
    "/account/login/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/inactive/",
]


@pytest.mark.parametrize("path", OPEN)
def test_a_stranger_may_open_what_leads_to_signing_in(path: str, db: Any, client: Client) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/password/set/"])
def test_nobody_signs_up_or_manages_addresses(path: str, cast: Cast, client: Client) -> None:
    client.force_login(cast.originator)
    assert client.get(path).status_code == 404
