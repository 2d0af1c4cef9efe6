"""Code lists, kinds and Parties, in the caller's language."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from sharing.records import kinds
from tests.conftest import alert_body
from tests.cordillera.api.caller import Caller


def test_code_lists_are_searched(calls: Any) -> None:
    names = [one["name"] for one in calls.recipient.get("codes").json()["items"]]
    assert {"hs", "unlocode", "typology"} <= set(names)
    found = calls.recipient.get("codes/hs?q=721049&limit=5").json()["items"]
    assert found[0]["code"] == "721049"
    assert calls.recipient.get("codes/nothing").status_code == 404


def test_an_auditor_reads_code_lists_too(cast: Any) -> None:
    from cordillera.parties.models import AccessToken

    caller = Caller(cast.originator)
    AccessToken.objects.filter(pk=caller.token.pk).update(account=cast.auditor)
    assert caller.get("kinds").status_code == 200


def test_the_published_schema_of_a_kind_holds(calls: Any) -> None:
    listed = calls.originator.get("kinds").json()["items"]
    assert len(listed) == len(kinds.all())
    for kind in listed:
        schema = calls.originator.get(kind["schema"].removeprefix("/api/v1/")).json()
        Draft202012Validator.check_schema(schema)
    schema = calls.originator.get("kinds/offence_alert/schema").json()
    Draft202012Validator(schema).validate(alert_body())
    assert calls.originator.get("kinds/nothing/schema").status_code == 404
