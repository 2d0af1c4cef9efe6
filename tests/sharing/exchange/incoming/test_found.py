"""What came is found by its words once the desk has taken it in; what went meanwhile never is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from cordillera.access.session import acting_as
from sharing.desk.arrival import arrive
from sharing.exchange.formats.version import Version
from sharing.records.models import Record
from sharing.search import documents, saved
from sharing.search.models import SearchDocument, Unmatched
from sharing.search.queries import Search, search
from sharing.search.tasks import match_waiting
from tests.conftest import Cast, alert_body

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send
from .test_applying import withdrawal

BODY = alert_body(summary="Crates of zanzibarite among the onions.")


def found(cast: Cast, text: str = "zanzibarite") -> int:
    identity = cast.identity("recipient")
    with acting_as(identity):
        return search(identity, Search(text=text, purpose="customs_enforcement")).total


def waiting() -> int:
    with as_node():
        return Unmatched.objects.count()


def test_it_is_found_once_the_desk_has_it(us: Foreign, cast: Cast) -> None:
    send(us, [alert(us, "MX", body=BODY)])
    arrive("MX")
    assert (found(cast), waiting()) == (0, 1)
    assert match_waiting("MX") == 1
    assert (found(cast), waiting()) == (1, 0)


def test_an_amendment_before_that_is_found_by_what_it_says(us: Foreign, cast: Cast) -> None:
    first = alert(us, "MX", body=BODY)
    send(us, [first])
    other = alert_body(summary="Crates of garlic among the onions.")
    same = Version.peek(first)
    amended = alert(us, "MX", body=other, record=same.record, reference=same.reference, number=2)
    assert outcomes(send(us, [amended])) == ["applied"]
    arrive("MX")
    match_waiting("MX")
    assert (found(cast), found(cast, "garlic")) == (0, 1)


def test_what_was_withdrawn_before_is_never_found(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX", body=BODY)
    send(us, [text])
    arrive("MX")
    assert outcomes(send(us, [withdrawal(us, text)])) == ["applied"]
    match_waiting("MX")
    assert found(cast) == 0
    with as_node(sender="US"):
        assert not SearchDocument.objects.filter(record=record_of(text)).exists()


def goods(**line: Any) -> dict[str, Any]:
    return {"hs": "721049", **line}


def of_serials(at: int) -> list[dict[str, Any]]:
    numbers = (f"{at}N{one}N{'7' * 80}" for one in range(50))
    return [{"scheme": "OTHER", "value": number, "as_found": True} for number in numbers]


def test_what_has_more_than_can_be_found_is_found_by_the_first(us: Foreign, cast: Cast) -> None:
    # Each letter has nine bytes, once it is folded; and identifiers are found as they are, too.
    words = (f"{chr(0xAC00 + at // 500)}{chr(0xAC00 + at % 500)}{'한' * 7}" for at in range(18_000))
    lines = [" ".join(next(words) for _ in range(36)) for _ in range(500)]
    long = [
        alert(
            us, "MX", body=BODY | {"goods": [goods(description_declared=line) for line in lines]}
        ),
        alert(
            us,
            "MX",
            body=BODY | {"goods": [goods(identifiers=of_serials(at)) for at in range(200)]},
        ),
    ]
    assert outcomes(send(us, long)) == ["applied"] * 2
    arrive("MX")
    match_waiting("MX")
    assert (found(cast), waiting()) == (2, 0)
    assert [found(cast, Version.peek(text).reference) for text in long] == [1, 1]


def test_few_of_what_is_large_are_read_at_once(us: Foreign, cast: Cast) -> None:
    send(us, [alert(us, "MX", body=BODY) for _ in range(3)])
    arrive("MX")
    write = patch.object(documents, "_write", wraps=documents._write)
    with patch.object(documents, "AT_ONCE", 1), write as written:
        match_waiting("MX")
    assert [len(call.args[0]) for call in written.call_args_list] == [1, 1, 1]
    assert (found(cast), waiting()) == (3, 0)


class TestAtTheSameMoment:
    @pytest.fixture
    def cast(self, transactional_db: None, cast: Any) -> Any:
        """With commits, for the threads to see."""
        return cast

    def test_what_somebody_changes_waits(self, us: Foreign, cast: Cast) -> None:
        text = alert(us, "MX", body=BODY)
        send(us, [text])
        arrive("MX")
        with as_node(sender="US"):
            assert Record.objects.select_for_update().get(pk=record_of(text))
            drawing = in_thread(lambda: match_waiting("MX"))
            drawing.start()
            drawing.join(30)
            assert not drawing.is_alive()
        assert (found(cast), waiting()) == (0, 1)
        match_waiting("MX")
        assert (found(cast), waiting()) == (1, 0)

    def test_a_withdrawal_waits_for_the_document_and_takes_it_along(
        self, us: Foreign, cast: Cast
    ) -> None:
        text = alert(us, "MX", body=BODY)
        send(us, [text])
        arrive("MX")
        withdrawing = in_thread(lambda: send(us, [withdrawal(us, text)]))
        write = documents._write

        def withdrawn_meanwhile(*args: Any) -> None:
            withdrawing.start()
            withdrawing.join(1)
            assert withdrawing.is_alive()
            write(*args)

        with patch.object(documents, "_write", withdrawn_meanwhile):
            match_waiting("MX")
        withdrawing.join(30)
        assert found(cast) == 0
        with as_node(sender="US"):
            assert not SearchDocument.objects.filter(record=record_of(text)).exists()

    def test_it_waits_for_no_saved_search(self, us: Foreign, cast: Cast) -> None:
        text = alert(us, "MX", body=BODY)
        send(us, [text])
        arrive("MX")
        withdrawing = in_thread(lambda: send(us, [withdrawal(us, text)]))

        def withdrawn_meanwhile(*args: Any) -> None:
            withdrawing.start()
            withdrawing.join(5)
            assert not withdrawing.is_alive()

        with patch.object(saved, "match", withdrawn_meanwhile):
            match_waiting("MX")
        assert found(cast) == 0
        with as_node(sender="US"):
            assert not SearchDocument.objects.filter(record=record_of(text)).exists()


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return threading.Thread(target=run)
