"""What a page takes from others stays text, and no other site makes a browser act or leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.records import actions
from tests.conftest import PASSWORD, Cast, alert_body, alert_handling, released

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}"


@pytest.fixture
def evil(cast: Cast) -> Any:
    """A record of US with markup wherever text can stand."""
    me = cast.identity("originator")
    body = alert_body(
        title={"en": f"=HYPERLINK {EVIL}", "es": EVIL},
        summary=EVIL,
        goods=[{"hs": "721049", "description_declared": EVIL, "description_actual": EVIL}],
        route=[{"place": code, "role": "loaded", "note": EVIL} for code in ("CNTXG", "USLRD")],
        documents=[{"type": "invoice", "number": EVIL}],
        requested_action={"code": "specific_check", "text": EVIL},
    )
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=body, handling=alert_handling("MX")
        )
    return released(cast, record)


def test_markup_stays_text_on_every_page(cast: Cast, evil: Any, reading: Any) -> None:
    arrival.arrive("MX")
    names = ("record", "record-answers", "record-links", "record-versions", "record-print")
    addresses = [
        reverse(name, args=[evil.pk]) for name in (*names, "record-history", "comment-new")
    ]
    addresses += [reverse(name) for name in ("desk", "inbox", "search", "notifications")]
    addresses += [f"{reverse('palette')}?q=alert", f"{reverse('search')}?q=%22%3E%3Cscript%3E"]
    for address in addresses:
        page = reading("recipient", address)
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
    assert "\"'=HYPERLINK" in reading("originator", reverse("search-export"))


def test_a_form_of_another_site_does_nothing(cast: Cast, alert: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.recipient)
    for name in ("acknowledge", "comment-new", "record-save", "record-approve"):
        assert client.post(reverse(name, args=[alert.pk]), {"result": "noted"}).status_code == 403


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", r"/\evil.example"])
def test_signing_in_leads_nowhere_else(cast: Cast, there: str) -> None:
    client = Client()
    client.get("/")
    before = client.session.session_key
    given = {"login": "mx.officer", "password": PASSWORD, "next": there}
    answer = client.post(f"{reverse('account_login')}?next={there}", given)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session.session_key != before
    for name in ("language", "theme"):
        answer = client.post(reverse(name), {"language": "en", "theme": "dark", "next": there})
        assert answer["Location"] == "/"


def test_a_forged_host_gets_no_mail_sent(cast: Cast, mailoutbox: Any) -> None:
    given = {"email": "mx.officer@example.org"}
    answer = Client(headers={"Host": "evil.example"}).post(reverse("account_reset_password"), given)
    assert (answer.status_code, mailoutbox) == (400, [])
    Client(headers={"X-Forwarded-Host": "evil.example"}).post(
        reverse("account_reset_password"), given
    )
    assert "evil.example" not in mailoutbox[0].body


def test_a_forged_address_is_not_believed(cast: Cast) -> None:
    from cordillera.parties.recording import where

    request = Client(headers={"X-Forwarded-For": "6.6.6.6"}).get(reverse("account_login"))
    assert where(request.wsgi_request)["address"] == "127.0.0.1"
