"""Whatever is typed into whichever field: an answer in words, never a failure."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import Cast
from tests.sharing.records.editor.conftest import draft_form, page

NAMES = (
    "title-en", "title-es", "original_language", "summary", "typology", "priority", "observed",
    "location-place", "location", "requested_action-code", "goods-0-hs", "goods-3-hs", "goods",
    "goods-0-quantity-value", "goods-0-quantity-unit", "goods-0-value-amount", "goods-0", "goods-x",
    "goods-0-identifiers-0-scheme", "goods-0-identifiers-0-value", "parties-0-name",
    "conveyances-0-type", "conveyances-0-number", "conveyances-0-as_found", "route-0-date",
    "route-1-date", "route-0-place", "links-0", "risk_indicators-2", "handling-tlp",
    "handling-audience", "handling-named-0", "handling-codes", "handling-evaluation",
    "handling-evaluation-source", "handling-review_on", "handling-expires_on", "handling",
    "summary_translations-0-language", "-", "goods-0-hs-extra", "add:goods", "up:goods:1",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "0", "-1", "1e400", "NaN", "null", "[]", "{}", "true", "2026-02-30", "9999-12-31",
         "2026-11-12T09:40", "USLRD", "721049", "RED", "MX", "ZZ", "en", "\u202e", "\x00", "\ud7ff",
         "=1+1", "ZXQU1004828", "US-OA-2026-00001", "a" * 400]
    ),
    st.text(max_size=20),
)  # fmt: skip
FORMS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=12
)


@pytest.mark.parametrize("view", ["record-edit", "record-save", "record-preview", "record-submit"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=FORMS)
def test_no_form_breaks_the_editor(
    cast: Cast, draft_alert: Any, signed_in: Any, view: str, changes: dict[str, list[str]]
) -> None:
    with acting_as(cast.identity("originator")):
        record = Record.objects.get(pk=draft_alert.pk)
        etag = record.pending.etag
    form = draft_form(etag, **changes)
    answer = signed_in("originator").post(page(view, draft_alert), form, headers={"If-Match": etag})
    assert answer.status_code in (200, 302, 409, 422)


@pytest.mark.parametrize("view", ["acknowledge", "sighting-new", "comment-new"])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    changes=st.dictionaries(
        st.sampled_from(
            ["result", "nature", "summary", "place", "seen_at", "seen_on", "action_taken",
             "quantity-value", "conveyances-0-number", "audience", "audience-asked", "title-en",
             "next", "add:parties", "latency_minutes"]
        ),
        st.lists(VALUES, min_size=1, max_size=2),
        max_size=8,
    )
)  # fmt: skip
def test_no_form_breaks_an_answer(
    alert: Any, signed_in: Any, view: str, changes: dict[str, list[str]]
) -> None:
    answer = signed_in("recipient").post(page(view, alert), changes)
    assert answer.status_code in (200, 302, 422)
