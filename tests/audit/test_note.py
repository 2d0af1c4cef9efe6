"""Notes, checkpoints, co-signatures and proofs: the specifications' examples, and an outside verifier."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing as theirs_signing
from tlog_scales.tlog import Checkpoint as Theirs

from audit import checkpoint, cosignature, merkle, note
from audit.checkpoint import Checkpoint
from audit.errors import LogError, Malformed, Unproved
from audit.proof import Proof

from . import trees

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
LOG = Ed25519PrivateKey.from_private_bytes(b"L" * 32)
WITNESSES: list[cosignature.Cosigner] = [
    cosignature.Ed25519Cosigner(
        "mx.example/witness", Ed25519PrivateKey.from_private_bytes(b"W" * 32)
    ),
    cosignature.MLDSA44Cosigner("ca.example/witness", MLDSA44PrivateKey.from_seed_bytes(b"M" * 32)),
]
HEAD = Checkpoint("us.example/log", 5, trees.head(trees.leaves(5)))


def test_the_specification_s_note_verifies() -> None:
    key = note.VerifierKey.parse(VKEY)
    read = note.Note.parse(SIGNED.encode())
    assert str(key) == VKEY
    assert str(read) == SIGNED
    assert read.signed_by([key]) == [key]


def test_a_changed_text_does_not_verify() -> None:
    changed = note.Note.parse(SIGNED.replace("example message", "exemplary message").encode())
    with pytest.raises(Unproved, match=r"example\.com/foo"):
        changed.signed_by([note.VerifierKey.parse(VKEY)])


def test_signatures_of_unknown_keys_count_for_nothing() -> None:
    stranger = note.verifier_key("example.com/foo", LOG)
    assert note.Note.parse(SIGNED.encode()).signed_by([stranger]) == []


def test_the_text_ends_at_the_last_blank_line() -> None:
    text = "one\n\ntwo\n"
    signed = note.Note(text, (note.sign(text, "a", LOG),))
    assert note.Note.parse(str(signed).encode()) == signed


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        SIGNED[:-1].encode(),
        SIGNED.replace("—", "-").encode(),
        SIGNED.replace("QM=", "QN=").encode(),
        SIGNED.replace("This", "Th\tis").encode(),
        SIGNED.encode() + b"\xff\n",
        SIGNED.replace("foo Uw2Q", "foo  Uw2Q").encode(),
        (SIGNED + "— a AAAAAA==\n" * note.MOST_SIGNATURES).encode(),
        b"a" * (note.MOST_BYTES + 1),
    ],
)
def test_what_is_no_note_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        note.Note.parse(raw)


@pytest.mark.parametrize(
    "text", ["", "a+b", VKEY.replace("530d", "530e"), VKEY[:-4], "a b+00000000+AQ==", VKEY + "+"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        note.VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", "a\n01\nx\n", "\n1\nAAAA\n", f"a\n1\n{note.encode(bytes(31))}\n", "a\n-1\nAA==\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_an_outside_library_verifies_our_checkpoint() -> None:
    signed = str(HEAD.signed(LOG))
    key = theirs_signing.Vkey.from_string(str(note.verifier_key(HEAD.origin, LOG)))
    read = Theirs.from_text(signed)
    read.verify(key)
    assert (read.origin, read.size, read.root_hash) == (HEAD.origin, 5, HEAD.root)


@pytest.mark.parametrize("witness", WITNESSES, ids=["Ed25519", "ML-DSA-44"])
def test_an_outside_library_verifies_our_cosignatures(witness: cosignature.Cosigner) -> None:
    signature = witness.cosign(HEAD, 1_700_000_000)
    key = theirs_signing.Vkey.from_string(str(witness.key))
    head = Theirs(HEAD.origin, HEAD.size, HEAD.root, [])
    key.get_verifier().verify_note(
        theirs_signing.NoteSignature.from_line(signature.line().rstrip()), head
    )
    assert cosignature.verify_cosignature(witness.key, signature, HEAD) == 1_700_000_000


def test_we_verify_an_outside_library_s_signatures() -> None:
    signers = [
        theirs_signing.PlainEd25519Signer(HEAD.origin, b"L" * 32),
        theirs_signing.MLDSA44CosignatureSigner("ca.example/witness", b"M" * 32),
    ]
    made = Theirs.make_signed(HEAD.origin, HEAD.size, HEAD.root, signers).serialize()
    head, signed = checkpoint.read(made.encode())
    assert signed.signed_by([note.verifier_key(HEAD.origin, LOG)])
    assert list(cosignature.cosigned_by(signed, head, [WITNESSES[1].key])) == ["ca.example/witness"]


@pytest.mark.parametrize("witness", WITNESSES, ids=["Ed25519", "ML-DSA-44"])
def test_a_cosignature_is_for_one_tree_one_moment_one_witness(
    witness: cosignature.Cosigner,
) -> None:
    signature = witness.cosign(HEAD, 1_700_000_000)
    later = note.Signature(
        signature.name, signature.id, (1_800_000_000).to_bytes(8, "big") + signature.value[8:]
    )
    other = Checkpoint(HEAD.origin, 6, HEAD.root)
    for signed, head in ((signature, other), (later, HEAD)):
        with pytest.raises(Unproved):
            cosignature.verify_cosignature(witness.key, signed, head)


def test_a_cosignature_without_time_is_refused() -> None:
    timeless = WITNESSES[0].cosign(HEAD, 0)
    with pytest.raises(Unproved, match="no time"):
        cosignature.verify_cosignature(WITNESSES[0].key, timeless, HEAD)


def test_a_proof_is_written_read_and_verified() -> None:
    row = trees.leaves(5)
    made = Proof(3, tuple(trees.path(3, row)), HEAD.signed(LOG), extra=b"the entry")
    read = Proof.parse(str(made).encode())
    assert read == made
    read.verify_inclusion(row[3])
    with pytest.raises(Unproved):
        read.verify_inclusion(row[2])


def test_a_proof_of_a_log_of_one_entry_has_no_hashes() -> None:
    alone = Checkpoint("us.example/log", 1, merkle.leaf_hash(b"x"))
    read = Proof.parse(str(Proof(0, (), alone.signed(LOG))).encode())
    assert (read.path, read.extra) == ((), b"")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_hostile_bytes_raise_nothing_else(raw: bytes) -> None:
    head = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{HEAD.signed(LOG)}".encode()
    for parse in (note.Note.parse, checkpoint.read, Proof.parse):
        for attempt in (raw, head + raw, raw + head, head.replace(b"us.example", raw[:9])):
            try:
                parse(attempt)
            except LogError:
                continue
