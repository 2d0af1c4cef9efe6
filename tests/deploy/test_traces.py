"""The search for traces finds a text however it is written."""

import base64

import pytest

from deploy.launch import traces

TEXT = "Coil with two mills' stencils 93ab"


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("after", [b"", b'"', b" and more", b"\xff"])
def test_a_text_is_found_within_base64_wherever_it_begins(before: int, after: bytes) -> None:
    kept = base64.urlsafe_b64encode(b"x" * before + TEXT.encode() + after).decode()
    assert any(needle in kept for needle in traces.written(TEXT))


@pytest.mark.parametrize("before", range(3))
def test_the_next_reference_is_not_taken_for_it(before: int) -> None:
    kept = base64.b64encode(b"x" * before + b"US-OA-2026-00009").decode()
    assert not any(needle in kept for needle in traces.written("US-OA-2026-00008"))


def test_a_text_is_found_as_it_is_and_in_hexadecimal() -> None:
    assert any(needle in f"<p>{TEXT}</p>" for needle in traces.written(TEXT))
    assert any(needle in TEXT.encode().hex() for needle in traces.written(TEXT))


def test_another_text_is_not_taken_for_it() -> None:
    kept = base64.b64encode(b"Coil with two mills' stencils 0f7c").decode()
    assert not any(needle in kept for needle in traces.written(TEXT))
