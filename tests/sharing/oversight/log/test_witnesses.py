"""The witnesses' page: who co-signs, who does not, and what was found."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from audit import cosigning, findings
from audit.witnesses import note
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk.models import Notification
from sharing.oversight.log import telling, witnesses
from tests.conftest import Cast

from .test_proofs import ask

PAGE = "/oversight/log/witnesses/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    cast.auditor.language = "en"
    cast.auditor.save()
    client.force_login(cast.auditor)
    return client


def test_without_witnesses_the_page_teaches(auditor: Client) -> None:
    assert "Nobody co-signs this log yet" in auditor.get(PAGE).content.decode()


def test_a_witness_is_shown_with_how_far_it_is(
    auditor: Client, logged: list[UUID], witness: str
) -> None:
    assert [one.state.state for one in auditor.get(PAGE).context["witnesses"]] == ["unasked"]
    cosigning.collect(ask)
    [one] = auditor.get(PAGE).context["witnesses"]
    assert (one.parties, one.state.behind, one.tone) == (["CA"], 0, "green")


def test_a_witness_that_refuses_is_red(
    auditor: Client, cast: Cast, logged: list[UUID], witness: str
) -> None:
    note(cosigning.Outcome(witness, "refused", "It was rewritten."), 60)
    assert "It was rewritten." in auditor.get(PAGE).content.decode()
    [one] = witnesses.witnesses()
    assert (one.tone, one.troubles) == ("red", True)
    assert witnesses.summary(cast.identity("auditor")).tone == "amber"


def test_a_finding_stands_there_with_its_evidence(auditor: Client, cast: Cast) -> None:
    findings.report("us.example/audit", "forked", "two roots", ["note one", "note two"])
    [found] = auditor.get(PAGE).context["findings"]
    answer = auditor.get(f"/oversight/log/findings/{found.finding.pk}/")
    assert "note one\nnote two" in answer.content.decode()
    assert auditor.get("/oversight/log/findings/99999/").status_code == 404
    assert witnesses.summary(cast.identity("auditor")).tone == "red"


def test_what_is_settled_stays_on_the_page_and_alarms_no_more(auditor: Client, cast: Cast) -> None:
    findings.report("us.example/audit", findings.WILL_NOT_PROVE, "silence", [], clock.now())
    findings.resolve("us.example/audit", findings.WILL_NOT_PROVE, "It has proved it.")
    findings.report("ca.example/audit", "forked", "two roots")
    answer = auditor.get(PAGE)
    assert [one.finding.kind for one in answer.context["findings"]] == ["forked", "will-not-prove"]
    assert "It has proved it." in answer.content.decode()
    assert witnesses.summary(cast.identity("auditor")).count == 1
    assert telling.run("MX") == 1


@pytest.mark.parametrize("state", ["claims", "disproved"])
def test_what_a_witness_says_without_proof_reads_otherwise_than_what_it_proves(
    auditor: Client, logged: list[UUID], witness: str, state: str
) -> None:
    note(cosigning.Outcome(witness, state, "500 entries"), 60)
    page = auditor.get(PAGE).content.decode()
    assert ("claims without proof" in page) == (state == "claims")
    assert ("proves otherwise" in page) == (state == "disproved")


def test_every_kind_of_finding_has_its_words() -> None:
    kinds = {
        value for name, value in vars(findings).items() if name.isupper() and isinstance(value, str)
    }
    assert kinds == set(witnesses.KINDS)


def test_auditors_are_told_of_a_finding_once(cast: Cast, auditor: Client) -> None:
    findings.report("us.example/audit", "forked", "two roots", ["note one", "note two"])
    assert (telling.run("MX"), telling.run("MX")) == (1, 0)
    page = auditor.get("/notifications/").content.decode()
    assert "Something is amiss with a log" in page
    assert "us.example/audit" in page
    with acting_as(Identity.of_node("MX")):
        assert {one.officer for one in Notification.objects.filter(party="MX")} == {cast.auditor}


def test_every_state_has_its_words() -> None:
    from audit import witnesses as known

    assert set(witnesses.WORDS) == {
        known.CURRENT,
        known.BEHIND,
        known.UNASKED,
        known.UNREACHABLE,
        known.REFUSED,
        known.CLAIMS,
        known.DISPROVED,
        known.UNNAMED,
    }
