import pytest

from cordillera.crypto.errors import BadSignature, Mismatch
from sharing.exchange.formats.manifest import Manifest
from tests.vectors import scene
from tests.vectors.scene import US

MANIFEST = scene.manifest()
TEXT = MANIFEST.sign(US.kid(), US.ed25519())
KEYS = US.keyset()


def test_header_and_items_are_those_of_the_manifest() -> None:
    MANIFEST.check_header(scene.header())
    MANIFEST.check_items(scene.items())


@pytest.mark.parametrize(("first", "last"), [(2, 4), (1, 4), (1, 2)])
def test_another_header_is_a_mismatch(first: int, last: int) -> None:
    with pytest.raises(Mismatch):
        MANIFEST.check_header(scene.header(first=first, last=last))


def test_items_exchanged_left_out_or_added_are_a_mismatch() -> None:
    one, two, three = scene.items()
    for items in ((two, one, three), (one, two), (one, two, three, three), (one, two, two)):
        with pytest.raises(Mismatch):
            MANIFEST.check_items(items)


def test_the_second_signature_is_wanted_and_checked() -> None:
    second = MANIFEST.sign_second(US.second_kid, US.second)
    Manifest.check_second(second, TEXT, KEYS.second_signer)
    with pytest.raises(BadSignature):
        Manifest.check_second(None, TEXT, KEYS.second_signer)
    with pytest.raises(BadSignature):
        Manifest.check_second(TEXT, TEXT, KEYS.second_signer)
    other = scene.manifest(first=4).sign_second(US.second_kid, US.second)
    with pytest.raises(Mismatch):
        Manifest.check_second(other, TEXT, KEYS.second_signer)
