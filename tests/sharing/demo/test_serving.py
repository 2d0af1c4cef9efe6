"""A node's part in playing the demo across nodes: orders and answers as lines of JSON."""

from __future__ import annotations

import io
import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from cordillera import clock
from cordillera.parties.models import Party
from sharing.demo.serving import Serving

PASSWORD = "fictitious-password"
THEN = "2026-03-01T10:00:00+00:00"


@pytest.fixture(autouse=True)
def hosted(settings: Any) -> None:
    settings.HOSTED_PARTIES = ["MX"]


def served(*orders: dict[str, Any]) -> list[Any]:
    """What the node answers to these orders, one after the other."""
    answers = io.StringIO()
    lines = io.StringIO("".join(f"{json.dumps(order)}\n" for order in orders))
    Serving(lines, answers, PASSWORD).run()
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_the_plan_says_when_what_happens_and_where(db: None) -> None:
    [answer] = served({"do": "plan", "today": "2026-11-20"})
    times = [at for at, _party in answer["done"]]
    assert times == sorted(times)
    assert {party for _at, party in answer["done"]} == {"US", "MX", "CA"}


def test_a_command_runs_at_the_time_that_is_said(db: None, tmp_path: Any) -> None:
    out = tmp_path / "mx.keyset"
    command = ["party", "export", "MX", "--out", str(out)]
    answers = served(
        {"do": "settle", "at": THEN}, {"do": "command", "arguments": command, "at": THEN}
    )
    assert answers == [{"done": None}, {"done": None}]
    payload = out.read_text().split(".")[1]
    issued = json.loads(b64decode(payload + "==", altchars="-_"))["issued_at"]
    assert issued.startswith("2026-03-01T10:00")
    assert Party.objects.get().code == "MX"
    assert clock.now().isoformat() > THEN


def test_what_another_node_posts_is_taken_in_as_at_the_endpoint(db: None) -> None:
    order = {"do": "receive", "data": b64encode(b"garbage").decode(), "at": THEN}
    [envelope, key_set] = served({**order, "what": "envelope"}, {**order, "what": "key_set"})
    for answer in (envelope, key_set):
        status, body = answer["done"]
        assert status == 400
        assert json.loads(b64decode(body))["title"] == "malformed"


def test_what_the_node_sends_goes_over_the_pipe() -> None:
    answers = io.StringIO()
    answer = {"status": 200, "body": b64encode(b"receipt").decode()}
    node = Serving(io.StringIO(json.dumps(answer)), answers, PASSWORD)
    assert node.post_envelope("http://127.0.0.1:1", b"sealed") == (200, b"receipt")
    told = json.loads(answers.getvalue())
    assert (told["post"], b64decode(told["data"])) == ("envelope", b"sealed")


def test_without_an_answer_the_node_gives_up() -> None:
    node = Serving(io.StringIO(), io.StringIO(), PASSWORD)
    with pytest.raises(EOFError):
        node.post_key_set("http://127.0.0.1:1", "signed", "US")
