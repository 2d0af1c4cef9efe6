"""A token is who calls; a session is nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cordillera import clock
from cordillera.parties.actions import revoke_token
from cordillera.parties.models import AccessToken

from .caller import Caller, entries, sort_of


def test_a_token_tells_who_calls(calls: Any, cast: Any) -> None:
    me = calls.colleague.get("me").json()
    assert (me["party"], me["account"], me["is_system"]) == ("US", str(cast.colleague.pk), False)
    assert me["scopes"] == ["read", "search", "draft", "answer", "release"]
    assert "record.approve" in me["permissions"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer nothing", "Basic dXM6dXM=", "bearer \x7f"]
)
def test_without_a_valid_token_the_answer_is_401(cast: Any, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = Client().get("/api/v1/me", headers=headers)
    assert (response.status_code, sort_of(response)) == (401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_session_does_not_open_the_api(cast: Any) -> None:
    client = Client()
    client.force_login(cast.originator)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/records").status_code == 401


def test_a_session_beside_a_token_does_not_count(cast: Any, draft_alert: Any) -> None:
    caller = Caller(cast.outsider)
    caller.client.force_login(cast.originator)
    assert caller.get("me").json()["party"] == "CA"
    assert caller.get(f"records/{draft_alert.pk}").status_code == 404


def test_an_expired_token_is_refused(cast: Any) -> None:
    caller = Caller(cast.recipient)
    with clock.at(clock.now() + timedelta(days=2)):
        assert caller.get("me").status_code == 401


def test_a_revoked_token_is_refused_and_that_is_logged(cast: Any) -> None:
    caller = Caller(cast.recipient)
    revoke_token(token=caller.token)
    assert caller.get("me").status_code == 401
    assert entries("", "token:refuse") == 1


def test_a_closed_account_calls_no_more(cast: Any) -> None:
    caller = Caller(cast.recipient)
    cast.recipient.is_active = False
    cast.recipient.save()
    assert caller.get("me").status_code == 401


def test_a_scope_that_the_token_lacks_refuses(cast: Any, draft_alert: Any) -> None:
    caller = Caller(cast.originator, "read")
    assert caller.get(f"records/{draft_alert.pk}").status_code == 200
    response = caller.post("records", {"kind": "offence_alert"})
    assert (response.status_code, sort_of(response)) == (403, "refused")
    assert "draft" in response.json()["detail"]


@pytest.mark.parametrize("part", ["auditor", "admin"])
def test_who_reads_no_records_gets_none(cast: Any, alert: Any, part: str) -> None:
    caller = Caller(cast.originator)
    AccessToken.objects.filter(pk=caller.token.pk).update(account=getattr(cast, part))
    assert caller.get("records").status_code == 403
    assert caller.get(f"records/{alert.pk}").status_code in (403, 404)


def test_a_refusal_is_written_down(cast: Any) -> None:
    Caller(cast.originator, "read").post("records", {"kind": "offence_alert"})
    assert entries("US", "access:refuse", detail__permission="record.draft") == 1


def test_a_system_account_drafts_but_never_approves(cast: Any, draft_alert: Any) -> None:
    cast.originator.is_system = True
    cast.originator.roles = ["officer", "supervisor"]
    cast.originator.save()
    caller = Caller(cast.originator, "read", "draft")
    assert caller.post("records", {"kind": "offence_alert"}).status_code == 201
    response = caller.post(f"records/{draft_alert.pk}/approve", {}, If_Match="*")
    assert response.status_code == 403


def test_a_long_request_does_not_hold_up_others_of_its_token(cast: Any) -> None:
    caller = Caller(cast.originator)
    with CaptureQueriesContext(connection) as asked:
        assert caller.get("me").status_code == 200
    noted = [q["sql"] for q in asked if "last_used_at" in q["sql"] and "UPDATE" in q["sql"][:10]]
    assert len(noted) == 1
    assert "SKIP LOCKED" in noted[0]
    assert AccessToken.objects.get(pk=caller.token.pk).last_used_at is not None
    with CaptureQueriesContext(connection) as asked:
        caller.get("me")
    assert not [q for q in asked if "UPDATE" in q["sql"][:10]]
