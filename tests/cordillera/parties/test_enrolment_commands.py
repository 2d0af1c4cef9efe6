"""Two nodes come to know each other from the shell; the root key leaves the node and comes back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cordillera.parties import agreements, fingerprints, keys, keysets, peers
from cordillera.parties.models import KeySet, Officer, Party, PartyKey
from tests.sharing.exchange.foreign import Foreign
from tests.sharing.exchange.foreign_log import ForeignLog

PHRASE = "twelve words or so"


def run(*words: str, name: str = "party") -> str:
    out = io.StringIO()
    call_command(name, *words, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def us(db: None, settings: Any, monkeypatch: Any) -> Party:
    settings.HOSTED_PARTIES = ["US"]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    party = Party.objects.create(
        code="US", country_names={"en": "United States"}, administration="CBP", short_name="CBP"
    )
    keys.make_signing_key("US")
    return party


@pytest.fixture
def file(tmp_path: Path) -> tuple[Foreign, str]:
    node = Foreign("MX", address="https://node.mx.example")
    path = tmp_path / "mx.keyset"
    path.write_text(node.key_set + "\n")
    return node, str(path)


def public(node: Foreign) -> bytes:
    return node.root.public_key().public_bytes_raw()


def test_an_address_is_published_with_the_next_key_set(us: Party, tmp_path: Path) -> None:
    run("address", "US", "http://127.0.0.1:8001/")
    run("export", "US", "--out", str(tmp_path / "us.keyset"))
    assert (tmp_path / "us.keyset").read_text().strip() == keysets.current("US").jws
    assert keysets.newest("US").address == "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    "address", ["http://node.example.org", "ftp://x", "https://a@b", "https://x?y=1", "https://:1"]
)
def test_an_address_that_is_none_is_refused(us: Party, address: str) -> None:
    with pytest.raises(CommandError, match="no address of a node"):
        run("address", "US", address)


def test_a_key_set_is_imported_once_its_words_fit(us: Party, file: Any) -> None:
    node, path = file
    heard = fingerprints.words(public(node), "es").upper()
    said = run("import", path, "--confirm", heard, "--with", "A. Robledo")
    assert fingerprints.words(public(node), "fr") in said
    assert keysets.current("MX").confirmed_by == "A. Robledo"
    assert "up to date" in run("import", path, "--yes")


def test_other_words_import_nothing(us: Party, file: Any) -> None:
    with pytest.raises(CommandError, match="other words"):
        run("import", file[1], "--confirm", "abandon " * 12)
    assert not peers.enrolled().exists()


def test_without_an_answer_nothing_is_imported(us: Party, file: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("builtins.input", lambda text: "no")
    with pytest.raises(CommandError, match="Not compared"):
        run("import", file[1])
    monkeypatch.setattr("builtins.input", lambda text: "yes")
    run("import", file[1])
    assert peers.get("MX")


def test_a_file_that_is_no_key_set_is_a_sentence(us: Party, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xff\x00garbage")
    with pytest.raises(CommandError, match="no key set"):
        run("import", str(path), "--yes")


def test_the_root_key_is_kept_elsewhere(us: Party, tmp_path: Path, monkeypatch: Any) -> None:
    def typed() -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(PHRASE + "\n"))

    root, due, signed = (str(tmp_path / name) for name in ("us.root", "due", "signed"))
    typed()
    run("root", "export", "US", "--out", root, "--passphrase-stdin")
    assert (tmp_path / "us.root").stat().st_mode & 0o077 == 0
    typed()
    run("root", "remove", "US", root, "--passphrase-stdin")
    assert not PartyKey.objects.filter(use="root", sealed_private__isnull=False).exists()

    before = keys.signing_key("US").kid
    assert "keyset draft" in run("key", "rotate", "US")
    assert keys.signing_key("US").kid == before

    run("keyset", "draft", "US", "--out", due)
    typed()
    run("keyset", "sign", due, "--root", root, "--out", signed, "--passphrase-stdin")
    run("keyset", "publish", signed)
    assert keys.signing_key("US").kid != before
    with pytest.raises(CommandError, match="not the key set that is due"):
        run("keyset", "publish", signed)

    typed()
    run("root", "restore", "US", root, "--passphrase-stdin")
    keys.rotate("US")
    assert keysets.current("US").number == 3


def test_the_second_signature_is_begun_and_ended(us: Party) -> None:
    assert "a second time with US-pq-" in run("key", "second", "US", "on")
    assert "key set 3" in run("key", "second", "US", "off")
    with pytest.raises(CommandError, match="no second time"):
        run("key", "second", "US", "off")


def test_a_lost_root_key_is_replaced(us: Party, monkeypatch: Any) -> None:
    first, before = keysets.current("US"), peers.words("US")
    assert "enrol it again" in run("root", "renew", "US")
    assert peers.words("US") != before
    assert keysets.newest("US").previous == first.digest
    assert keysets.current("US").number == 2


def test_a_wrong_passphrase_removes_nothing(us: Party, tmp_path: Path, monkeypatch: Any) -> None:
    root = str(tmp_path / "us.root")
    monkeypatch.setattr("sys.stdin", io.StringIO(PHRASE + "\n"))
    run("root", "export", "US", "--out", root, "--passphrase-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO("another passphrase\n"))
    with pytest.raises(CommandError, match="passphrase is another"):
        run("root", "remove", "US", root, "--passphrase-stdin")
    assert PartyKey.objects.filter(use="root", sealed_private__isnull=False).exists()


def test_keys_are_revoked_and_destroyed_from_the_shell(us: Party) -> None:
    kid = keys.signing_key("US").kid
    assert "took its place" in run("key", "revoke", kid, "--reason", "Stolen backup")
    assert "revoked" in run("list")
    with pytest.raises(CommandError, match="revoked already"):
        run("key", "revoke", kid, "--reason", "again")
    assert "None" in run("key", "destroy")


def test_a_peer_is_shown_and_set(us: Party, file: Any) -> None:
    node, path = file
    run("import", path, "--yes")
    assert "key set none of 1" in run("list", name="peer")
    run("address", "MX", "https://other.mx.example", name="peer")
    keysets.accept(node.issue(address="https://third.mx.example"))
    assert peers.get("MX").address == "https://other.mx.example"
    run("address", "MX", "", name="peer")
    assert peers.get("MX").address == "https://third.mx.example"
    run("mode", "MX", "pull", name="peer")
    run("suspend", "MX", "--reason", "A breach.", name="peer")
    run("cap", "MX", "--tlp", "AMBER", "--no-personal-data", name="peer")
    said = run("show", "MX", name="peer")
    assert "pull" in said
    assert "SUSPENDED, up to TLP:AMBER, every kind, no personal data" in said
    run("resume", "MX", name="peer")
    assert not agreements.is_suspended("US", "MX")
    run("remove", "MX", name="peer")
    with pytest.raises(CommandError, match="not enrolled"):
        run("show", "MX", name="peer")
    assert KeySet.objects.filter(party_id="MX").count() == 2
    assert not Officer.objects.filter(party_id="MX", listed=True).exists()


def test_the_help_of_peers_teaches(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        run("--help", name="peer")
    assert "twelve words" in capsys.readouterr().out


def test_a_key_set_that_names_another_party_s_witness_is_refused_and_written_down(
    us: Party, tmp_path: Path, log_of: Any
) -> None:
    log = ForeignLog("ca.example/audit")
    run("import", _written(tmp_path, Foreign("CA", log=log)), "--yes")
    with pytest.raises(CommandError, match=r"ca.example/audit .* is CA's here"):
        run("import", _written(tmp_path, Foreign("MX", log=log)), "--yes")
    [entry] = log_of("US", "key:refuse")
    assert entry.detail["code"] == "log-taken"
    assert not peers.enrolled().filter(party_id="MX").exists()


def _written(folder: Path, node: Foreign) -> str:
    path = folder / node.party
    path.write_text(node.key_set)
    return str(path)
