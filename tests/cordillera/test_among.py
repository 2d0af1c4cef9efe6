"""Many ids are one parameter, and mean what they mean to Django."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.search.models import SavedSearch
from tests.conftest import Cast


@pytest.mark.parametrize("count", [3, 300])
def test_the_answer_is_the_same_however_many_are_asked_for(cast: Cast, count: int) -> None:
    own = [cast.originator.pk, cast.colleague.pk]
    wanted = [*own, *own, *(uuid4() for _ in range(count))]
    with acting_as(cast.identity("originator")):
        assert set(Officer.objects.filter(pk__in=wanted).values_list("pk", flat=True)) == set(own)
        assert set(Officer.objects.in_bulk(wanted)) == set(own)
        others = Officer.objects.filter(party="US").exclude(pk__in=wanted)
        assert not others.filter(pk__in=own).exists()


def test_of_a_relation_too(cast: Cast) -> None:
    wanted: list[Any] = [str(cast.originator.pk), None, *(uuid4() for _ in range(30))]
    with acting_as(cast.identity("originator")):
        kept = SavedSearch.objects.create(party_id="US", officer=cast.originator, name="Onions")
        found = SavedSearch.objects.filter(officer__in=wanted)
        with CaptureQueriesContext(connection) as asked:
            assert list(found) == [kept]
    assert "= ANY(" in asked[-1]["sql"]
