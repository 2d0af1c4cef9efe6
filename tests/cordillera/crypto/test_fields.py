from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto.errors import Hostile
from cordillera.crypto.fields import Fields, written


def read(method: str, value: Any) -> Any:
    return getattr(Fields({"x": value}, "thing"), method)("x")


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2998, 1, 1), timezones=ZONES))
def test_a_moment_is_read_as_it_was_written(moment: datetime) -> None:
    assert read("time", written(moment)) == moment
    assert read("time", moment.isoformat()) == moment
    assert read("time", written(moment)).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-21", "2026-11-21T12:00:00", "2026-11-21 12:00:00Z", "2026-11-21T12:00Z"),
        *("2026-02-30T12:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T12:00:60Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"),
        *("2026-11-21T12:00:00.1234567Z", "2026-11-21T12:00:00+99:99", "２０２６-11-21T12:00:00Z"),
        *("2026-11-21T12:00:00Z\n", 1763726400, None),
    ],
)
def test_no_moment_is_hostile(text: Any) -> None:
    with pytest.raises(Hostile):
        read("time", text)


@pytest.mark.parametrize("value", [True, -1, 2**31, "1", None, [1]])
def test_no_whole_number_is_hostile(value: Any) -> None:
    with pytest.raises(Hostile):
        read("whole", value)


@pytest.mark.parametrize("value", ["A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "=", "", None])
def test_no_hash_is_hostile(value: Any) -> None:
    with pytest.raises(Hostile):
        read("digest", value)


@given(st.binary(min_size=32, max_size=32))
def test_every_hash_is_read(data: bytes) -> None:
    from cordillera.crypto import jws

    assert read("digest", jws.digest(data)) == jws.digest(data)


def test_a_message_names_what_came_and_quotes_little() -> None:
    with pytest.raises(Hostile) as refused:
        Fields({"y" * 500: 1}, "thing").done()
    assert len(str(refused.value)) < 100
