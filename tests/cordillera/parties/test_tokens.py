"""Access tokens: shown once, kept as a digest, never more than the account may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cordillera import clock
from cordillera.access.decide import Refused, permits
from cordillera.parties import actions, tokens
from cordillera.parties.models import AccessToken, Officer
from cordillera.parties.scopes import allowed_scopes
from tests.conftest import Cast


def make(account: Officer, *scopes: str, by: Any = None, days: int = 10) -> tuple[AccessToken, str]:
    return actions.make_token(
        account=account, label="test", scopes=scopes or ("read",), days=days, by=by
    )


def test_a_token_is_its_officer_within_its_scopes(cast: Cast) -> None:
    _, raw = make(cast.originator, by=cast.identity("originator"))
    found = tokens.identify(raw)
    assert found is not None
    assert (found.party, found.account) == ("US", cast.originator.pk)
    assert permits(found, "record.list")
    assert not permits(found, "record.draft")


def test_only_the_digest_is_kept(cast: Cast) -> None:
    token, raw = make(cast.originator)
    assert raw not in str(AccessToken.objects.filter(pk=token.pk).values())
    assert token.digest == tokens.digest(raw)


@pytest.mark.parametrize("raw", ["", "cord_nonsense", "x" * 100_000, "\ud800", "cord_\x00"])
def test_a_text_that_is_no_token_is_nobody(db: Any, raw: str) -> None:
    assert tokens.identify(raw) is None


def test_expired_revoked_and_closed_are_refused(cast: Cast) -> None:
    expired, revoked, closed = (make(cast.originator, days=d) for d in (1, 5, 5))
    actions.revoke_token(token=revoked[0], by=cast.identity("originator"))
    assert tokens.identify(revoked[1]) is None
    with clock.at(clock.now() + timedelta(days=1)):
        assert tokens.identify(expired[1]) is None
        assert tokens.identify(closed[1]) is not None
    Officer.objects.filter(pk=cast.originator.pk).update(is_active=False)
    assert tokens.identify(closed[1]) is None


def test_last_use_is_written_once_a_minute(cast: Cast) -> None:
    token, raw = make(cast.originator)
    start = clock.now()
    seen = set()
    for seconds in (0, 30, 59, 61):
        with clock.at(start + timedelta(seconds=seconds)):
            tokens.identify(raw)
        token.refresh_from_db()
        seen.add(token.last_used_at)
    assert seen == {start, start + timedelta(seconds=61)}


def test_scopes_follow_from_the_roles(cast: Cast) -> None:
    assert allowed_scopes(cast.originator) == ["read", "search", "draft", "answer"]
    assert allowed_scopes(cast.colleague) == ["read", "search", "draft", "answer", "release"]
    assert "draft" not in allowed_scopes(cast.analyst)
    assert allowed_scopes(cast.auditor) == allowed_scopes(cast.admin) == []


def test_a_system_account_never_gets_the_scope_release(cast: Cast) -> None:
    system = actions.create_officer(
        party=cast.admin.party, username="us.machine", name="M", roles=["officer"], is_system=True
    )
    Officer.objects.filter(pk=system.pk).update(roles=["officer", "supervisor"])
    system.refresh_from_db()
    assert "release" not in allowed_scopes(system)
    with pytest.raises(ValidationError):
        make(system, "release", by=cast.identity("admin"))


def test_a_scope_beyond_the_roles_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError) as caught:
        make(cast.originator, "release", by=cast.identity("originator"))
    assert "scopes" in caught.value.message_dict


def test_nobody_makes_tokens_for_another_partys_account(cast: Cast) -> None:
    with pytest.raises(Refused):
        make(cast.recipient, by=cast.identity("admin"))
    with pytest.raises(Refused):
        make(cast.colleague, by=cast.identity("originator"))
    with pytest.raises(Refused):
        make(cast.admin, by=cast.identity("admin"))


def test_a_token_needs_a_label_and_an_end(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.make_token(account=cast.originator, label=" ", scopes=["read"], days=5)
    with pytest.raises(ValidationError):
        make(cast.originator, days=366)
