"""The editor of every kind, in every language, from the first page to a record in review."""

from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.records import kinds
from sharing.records.models import Record
from tests.conftest import Cast
from tests.sharing.records.editor.conftest import page

PARTS = {"en": "originator", "es": "recipient", "fr": "outsider"}


@pytest.mark.parametrize("language", PARTS)
@pytest.mark.parametrize("kind", [kind.code for kind in kinds.shared()])
def test_a_draft_of_each_kind_opens(cast: Cast, signed_in: Any, kind: str, language: str) -> None:
    part = PARTS[language]
    client = signed_in(part)
    client.post(reverse("record-new", args=[kind]))
    with acting_as(cast.identity(part)):
        record = Record.objects.get()
    answer = client.get(page("record-edit", record))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text
    # What a correction mends is asked for once there is something to correct.
    fields = [field for field in kinds.get(kind).schema.fields if field.name != "correction"]
    for field in fields:
        assert f'f-{field.name}"' in text or f"f-{field.name}-" in text
    lines = [text.index(f'id="f-title-{code}"') for code in PARTS]
    assert min(lines) == text.index(f'id="f-title-{language}"')
    preview = client.post(page("record-preview", record), {"etag": "x"})
    assert preview.status_code == 200
    assert 'id="outline"' in preview.content.decode()
