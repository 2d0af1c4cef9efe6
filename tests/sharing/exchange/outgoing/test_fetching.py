"""A node that accepts no inbound connection fetches what waits, by the same batches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cordillera.crypto import keyset as wire
from cordillera.parties import peers
from cordillera.parties.keys import rotate
from sharing.exchange.answers import JOSE
from sharing.exchange.formats.envelope import MEDIA_TYPE
from sharing.exchange.formats.manifest import item_hash
from sharing.exchange.formats.receipt import Result
from sharing.exchange.serving import answer_pull
from tests.conftest import Cast

from ..foreign import Foreign
from .sent import an_alert, channel, items, recall


@pytest.fixture
def fetcher(cast: Cast, mx: Foreign) -> Foreign:
    peers.change("MX", mode="pull")
    return mx


def fetch(mx: Foreign, *receipts: str) -> tuple[int, str]:
    """One request and what is done with its answer: status, and the receipt to bring along."""
    answer = answer_pull(mx.pull("US", receipts))
    return answer.status, mx.take(answer.body)[1].decode() if answer.status == 200 else ""


def test_it_fetches_until_nothing_waits(cast: Cast, fetcher: Foreign, settings: Any) -> None:
    settings.EXCHANGE_BATCH_ITEMS = 2
    for _ in range(3):
        an_alert(cast)
    status, first = fetch(fetcher)
    assert (status, channel().settled) == (200, 0)
    status, second = fetch(fetcher, first)
    assert (status, channel().settled) == (200, 2)
    assert fetch(fetcher, second) == (204, "")
    assert channel().settled == 3
    assert len(fetcher.items) == 3


def test_a_request_that_comes_twice_gets_the_same_batch(cast: Cast, fetcher: Foreign) -> None:
    an_alert(cast)
    request = fetcher.pull("US")
    manifests = {fetcher.open(answer_pull(request).body)[0].manifest for _ in range(2)}
    assert len(manifests) == 1


def test_receipts_that_were_brought_before_change_nothing(cast: Cast, fetcher: Foreign) -> None:
    an_alert(cast)
    _, old = fetch(fetcher)
    fetch(fetcher, old)
    an_alert(cast)
    status, new = fetch(fetcher, old)
    assert (status, channel().settled) == (200, 1)
    fetch(fetcher, old, new)
    assert [one.outcome for one in items()] == ["applied", "applied"]


def test_what_is_recalled_between_two_requests_is_not_shown(cast: Cast, fetcher: Foreign) -> None:
    alert = an_alert(cast)
    answer_pull(fetcher.pull("US"))
    recall(cast, alert)
    answer = answer_pull(fetcher.pull("US"))
    assert answer.status == 200
    assert fetcher.open(answer.body)[0].items == ()
    _, text = fetcher.take(answer.body)
    refusal = json.loads(text)["refusal"]
    status, _ = fetch(fetcher, refusal)
    assert status == 200
    assert [item["cause"] for item in fetcher.items] == ["recalled", "recalled"]


def test_a_newer_key_set_comes_first(cast: Cast, fetcher: Foreign) -> None:
    rotate("US")
    an_alert(cast)
    answer = answer_pull(fetcher.pull("US"))
    assert (answer.status, answer.content_type) == (200, JOSE)
    assert wire.KeySet.read(answer.body.decode(), None).number == 2
    fetcher.learn(answer.body.decode())
    assert answer_pull(fetcher.pull("US")).content_type == MEDIA_TYPE
    assert peers.acknowledged("MX", "US") == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"by": "CA"}, 403),
        ({"to": "CA", "by": "US"}, 404),
        ({"to": "FR"}, 404),
        ({"by": "FR"}, 404),
    ],
)
def test_who_may_not_fetch_gets_nothing(
    changes: dict[str, Any], status: int, cast: Cast, fetcher: Foreign
) -> None:
    an_alert(cast)
    answer = answer_pull(fetcher.pull("US", **changes))
    assert answer.status == status
    assert json.loads(answer.body)["status"] == status


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 1000])
def test_rubbish_is_a_problem(text: str, cast: Cast, fetcher: Foreign) -> None:
    assert answer_pull(text).status == 400


def test_a_forged_receipt_is_not_believed(cast: Cast, fetcher: Foreign) -> None:
    an_alert(cast)
    opened, manifest = fetcher.open(answer_pull(fetcher.pull("US")).body)
    stranger = Foreign("MX")
    forged = stranger.receipt(
        manifest, item_hash(opened.manifest), results=(Result(1, "applied"),), applied_through=1
    )
    assert answer_pull(fetcher.pull("US", [forged])).status == 204
    assert channel().settled == 0
    assert fetch(fetcher)[0] == 200
