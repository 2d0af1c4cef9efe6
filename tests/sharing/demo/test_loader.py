"""The demo: every example whose kind exists, through the real actions, dated from today."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from audit import sequencer
from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer, Party
from sharing.demo import loader, people, traffic
from sharing.oversight.retention import queries as retention
from sharing.oversight.watching import evaluating
from sharing.oversight.watching import queries as watching
from sharing.records import kinds, queries
from sharing.records.models import Link, Record

PASSWORD = "fictitious-password"


@pytest.fixture
def loaded(db: None) -> loader.Loader:
    loader.settle(PASSWORD)
    found = loader.Loader(clock.today())
    found.load(lambda done, total: None)
    return found


def in_force(party: str) -> dict[str, Record]:
    me = people.identity(party, "supervisor")
    with acting_as(me):
        return {r.reference: r for r in queries.visible(me) if r.reference}


def test_every_example_becomes_a_record_with_the_reference_foretold(
    loaded: loader.Loader,
) -> None:
    data = json.loads(loader.FILE.read_text())["records"]
    ours = [r for r in data if r["kind"] in {k.code for k in kinds.all()}]
    references = in_force("US") | in_force("MX") | in_force("CA")
    assert len(ours) == 64
    assert set(loaded.numbers.values()) <= set(references)
    waiting = [r for r in ours if r["status"] == "pending_release"]
    assert len(loaded.numbers) == len(ours) - len(waiting)
    titles = {r.title.get("en") for r in references.values()}
    undated = [
        r["title"]["en"] for r in ours if r not in waiting and "2026" not in r["title"]["en"]
    ]
    assert set(undated) <= titles

    assert_they_refer_to_each_other_and_are_dated_from_today()
    assert_all_three_parties_post_and_red_stays_with_the_named()
    assert_auditors_find_something_in_each_place()
    assert_traffic_posts_through_the_real_actions()


def assert_auditors_find_something_in_each_place() -> None:
    sequencer.sequence()
    for party in ("US", "MX", "CA"):
        evaluating.run(party)
        auditor = people.identity(party, "auditor")
        with acting_as(auditor):
            assert retention.locked(auditor).count() == 3
            assert retention.holds(auditor).count() == 1
            assert retention.deletions(auditor).count() == 1
            assert sum(retention.counts(auditor).values()) > 0
            assert {one.rule for one in watching.notices(auditor)} >= {"hour", "refused"}


def assert_they_refer_to_each_other_and_are_dated_from_today() -> None:
    references = in_force("MX")
    me = people.identity("MX", "supervisor")
    with acting_as(me):
        linked = set(Link.objects.values_list("reference", flat=True))
    assert len(linked & set(references)) > 20
    newest = max(r.released_at for r in references.values())
    assert clock.now() - timedelta(days=3) < newest <= clock.now() + timedelta(days=1)


def assert_all_three_parties_post_and_red_stays_with_the_named() -> None:
    assert {r.originator_id for r in in_force("US").values()} == {"US", "MX", "CA"}
    analyst = people.identity("MX", "analyst")
    with acting_as(analyst):
        assert not queries.visible(analyst).filter(tlp="RED").exists()


def assert_traffic_posts_through_the_real_actions() -> None:
    lines = list(traffic.post(6, 0))
    assert len(lines) == 6
    assert all("released to" in line or "acknowledges" in line for line in lines)


def test_a_node_makes_its_own_party_and_posts_only_for_it(db: None, settings: Any) -> None:
    people.make_parties(["US", "CA"])
    settings.HOSTED_PARTIES = ["MX"]
    loader.settle(PASSWORD)
    assert Party.objects.count() == 3
    assert {officer.party_id for officer in Officer.objects.all()} == {"MX"}
    assert all(line.startswith("MX") for line in traffic.post(4, 0))


def test_every_node_foretells_the_same_moments(db: None, settings: Any) -> None:
    plans = []
    for party in ("US", "CA"):
        settings.HOSTED_PARTIES = [party]
        moments = loader.Loader(clock.today()).moments
        plans.append([(moment.at, moment.party) for moment in moments])
    assert plans[0] == plans[1]
    assert {party for _at, party in plans[0]} == {"US", "MX", "CA"}


#: Words that stand in nearly every sentence of their language, and in few of another's.
COMMON = {
    "en": {"the", "of", "and", "to", "with", "is", "was", "were", "by", "from", "not", "has"},
    "es": {"el", "los", "las", "del", "y", "con", "por", "para", "fue", "una", "se", "al"},
    "fr": {"le", "les", "des", "du", "et", "avec", "par", "pour", "est", "une", "dans", "aux"},
}


def test_the_original_language_is_that_of_the_text() -> None:
    for example in json.loads(loader.FILE.read_text())["records"]:
        words = set(re.findall(r"\w+", example.get("summary", "").lower()))
        counts = {language: len(words & common) for language, common in COMMON.items()}
        if max(counts.values()) > 1:
            said = example.get("original_language", "en")
            assert counts[said] == max(counts.values()), example["ref"]
