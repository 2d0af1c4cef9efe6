"""What holds for everything that is signed: it is read back, and a hostile value at any place, at
any depth, raises Hostile or is a value that can be written again."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import KeySet
from sharing.exchange.formats.receipt import KeysetReceipt, Receipt
from sharing.exchange.formats.signed import Signed
from sharing.exchange.formats.version import Version
from tests.vectors import scene
from tests.vectors.scene import US

EVERY: dict[str, Signed] = {
    "version": scene.ALERT,
    "manifest": scene.manifest(),
    "pull": scene.pull(),
    "file": scene.file(),
    **scene.STATEMENTS,
    **scene.receipts(),
}
every_format = pytest.mark.parametrize("name", EVERY)
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**53,
    "",
    "\n",
    "x" * 300,
    "ZZ",
    [],
    [None],
    [[]],
    {},
    {"a": {}},
    1.5,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
#: Objects that a schema checks, which this layer does not know.
FREE = {("body",), ("handling",)}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if path in FREE:
        return
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def replaced(payload: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(payload)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def read_or_refused(reader: Any, payload: dict[str, Any]) -> None:
    try:
        found = reader.from_payload(payload)
    except Hostile:
        return
    assert reader.from_payload(found.to_payload()) == found


@every_format
def test_what_is_signed_is_read(name: str) -> None:
    thing = EVERY[name]
    text = thing.sign(US.kid(), US.ed25519())
    assert type(thing).read(text, US.keyset().signer) == thing
    assert type(thing).peek(text) == thing


@every_format
def test_a_hostile_value_anywhere_is_refused(name: str) -> None:
    thing = EVERY[name]
    payload = thing.to_payload()
    for path in places(payload):
        for value in HOSTILE:
            read_or_refused(type(thing), replaced(payload, path, value))


@every_format
def test_each_field_is_needed_and_no_other_is_let_in(name: str) -> None:
    thing = EVERY[name]
    payload = thing.to_payload()
    for field in set(payload) - {"attachments", "checkpoints"}:
        with pytest.raises(Hostile):
            type(thing).from_payload({k: v for k, v in payload.items() if k != field})
    with pytest.raises(Hostile):
        type(thing).from_payload({**payload, "more": 1})


@every_format
@given(data=st.data())
def test_anything_anywhere_is_refused_or_read(name: str, data: st.DataObject) -> None:
    thing = EVERY[name]
    payload = thing.to_payload()
    path = data.draw(st.sampled_from(list(places(payload))))
    read_or_refused(type(thing), replaced(payload, path, data.draw(ANYTHING)))


@given(ANYTHING)
def test_anything_at_all_is_hostile(value: Any) -> None:
    readers: set[Any] = {type(thing) for thing in EVERY.values()} | {KeySet}
    for reader in readers:
        with pytest.raises(Hostile):
            reader.from_payload(value)


def test_a_key_set_bears_it_too() -> None:
    payload = US.keyset().to_payload()
    for path in places(payload):
        for value in HOSTILE:
            read_or_refused(KeySet, replaced(payload, path, value))


def test_one_receipt_is_not_read_as_the_other() -> None:
    for name, receipt in scene.receipts().items():
        other = Receipt if name == "keyset" else KeysetReceipt
        with pytest.raises(Hostile):
            other.from_payload(receipt.to_payload())


def test_a_statement_of_tomorrow_waits_for_an_upgrade() -> None:
    payload = {**scene.STATEMENTS["expiry"].to_payload(), "type": "hologram"}
    with pytest.raises(Hostile) as refused:
        type(scene.STATEMENTS["expiry"]).from_payload(payload)
    assert refused.value.code == "unknown-kind"


def test_a_version_says_who_may_see_it() -> None:
    version = Version.from_payload(scene.ALERT.to_payload())
    assert (version.audience, version.tlp, version.named) == (("MX", "US"), "AMBER", ())
    assert version.contains == ("personal",)
