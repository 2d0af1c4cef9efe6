"""What is done to a log, scene by scene, and who notices it how.

Each scene begins with CA's log co-signed by US and MX, and returns a row of the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle, note
from audit.checkpoint import Checkpoint, read
from deploy.launch.place import ROOT
from tests.audit import trees
from tests.sharing.exchange.foreign_log import ForeignLog

from .between import between
from .ground import ANEW, Ground, TamperNode

#: Entries from the end of the log on which the scenes lay their hands.
EDIT = "UPDATE audit_entry SET about = 'nothing' WHERE id = (%s)"
DELETE = "DELETE FROM audit_entry WHERE id = (%s)"
INSERT = (
    "INSERT INTO audit_entry (id, at, tag, party, actor, actor_name, about, purpose, detail, salt,"
    " erased_because) SELECT gen_random_uuid(), at, tag, party, actor, actor_name, 'invented', purpose,"
    " detail, salt, '' FROM audit_entry WHERE id = (%s)"
)
SWAP = (
    "UPDATE audit_leaf l SET index = -1 - l.index FROM (SELECT max(index) AS last FROM audit_leaf) m"
    " WHERE l.index IN (m.last - 5, m.last - 2);"
    " UPDATE audit_leaf l SET index = (SELECT sum(-1 - index) FROM audit_leaf WHERE index < 0)"
    " - (-1 - l.index) WHERE l.index < 0"
)
FIFTH = "SELECT entry_id FROM audit_leaf WHERE index = (SELECT max(index) - 5 FROM audit_leaf)"


@dataclass
class Row:
    """`noticed`: by whom, and how; `refused`: by each witness, where the log came to it."""

    what: str
    noticed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    #: A tampered log that was never shown to a witness has none to refuse it.
    shown: bool = True

    @property
    def detected(self) -> bool:
        return bool(self.noticed) and (bool(self.refused) or not self.shown)

    def verify(self, node: TamperNode) -> Row:
        if kinds := node.tell("verify"):
            self.noticed.append(f"{node.party}: audit verify: {', '.join(kinds)}")
        return self

    def ask(self, ground: Ground) -> Row:
        """CA asks for co-signatures; then every node does what its clock would have it do."""
        return self.shown_to(ground, "US", "MX").findings(ground)

    def shown_to(self, ground: Ground, *parties: str) -> Row:
        for party in parties:
            said = ground.ca.tell("ask", party)
            if said.startswith("disproved"):
                self.refused.append(f"{party} {'422' if '(422)' in said else '409'} with proof")
        return self

    def findings(self, ground: Ground) -> Row:
        for node in ground.all:
            node.tell("gather")
        return self.told(*ground.all)

    def told(self, *nodes: TamperNode) -> Row:
        for node in nodes:
            if kinds := sorted(set(node.tell("findings"))):
                self.noticed.append(f"{node.party}: {', '.join(kinds)}")
        return self


Scene = Callable[[Ground, Path], Row]


# --- The entries alone -------------------------------------------------------------------------
def entries(what: str, *harm: str) -> Scene:
    def scene(ground: Ground, folder: Path) -> Row:
        ground.ca.harm(*harm)
        return Row(what, shown=False).verify(ground.ca)

    return scene


def rewritten(what: str, *harm: str) -> Scene:
    """The tree made anew over them, and signed with the log's own key: the node is of one mind."""

    def scene(ground: Ground, folder: Path) -> Row:
        ground.ca.harm(*harm, ANEW)
        ground.ca.tell("sequence")
        return Row(f"{what}, tree and signature made anew").verify(ground.ca).ask(ground)

    return scene


# --- The tail ------------------------------------------------------------------------------------
def tail_cut(ground: Ground, folder: Path) -> Row:
    last = "SELECT entry_id FROM audit_leaf ORDER BY index DESC LIMIT 5"
    ground.ca.harm(f"DELETE FROM audit_entry WHERE id IN ({last})", ANEW)
    ground.ca.tell("sequence")
    return Row("tail cut off").verify(ground.ca).ask(ground)


def backup_restored(ground: Ground, folder: Path) -> Row:
    ground.grow(10)
    ground.ca.put_back()
    ground.ca.tell("write", 2)
    return Row("database restored from an old backup").verify(ground.ca).ask(ground)


def backup_written_on(ground: Ground, folder: Path) -> Row:
    ground.grow(10)
    ground.ca.put_back()
    ground.ca.tell("write", 20)
    return Row("… and written on beyond what was lost").verify(ground.ca).ask(ground)


# --- Two trees -----------------------------------------------------------------------------------
def forked(ground: Ground, folder: Path) -> Row:
    ground.ca.tell("write", 3)
    assert ground.ca.tell("ask", "US") == "current"
    ground.ca.put_back()
    ground.ca.tell("write", 3)
    assert ground.ca.tell("ask", "MX") == "current"
    row = Row("forked: one tree for US, another for MX").verify(ground.ca).findings(ground)
    ground.ca.tell("write", 1)
    return row.shown_to(ground, "US")


# --- The key -------------------------------------------------------------------------------------
class Thief:
    """Has the log's private key, and what everybody can read."""

    def __init__(self, ground: Ground) -> None:
        self.origin, secret = ground.ca.tell("stolen")
        self.private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
        base = f"{ground.ca.exchange_address}/exchange/v1/log"
        self.size = read(_get(f"{base}/checkpoint"))[0].size
        assert self.size < 256
        tile = _get(f"{base}/tile/0/000.p/{self.size}")
        self.row = [tile[at : at + 32] for at in range(0, len(tile), 32)]

    def send(self, to: TamperNode, row: list[bytes]) -> int:
        """Show a witness this tree as CA's, from where it stands; its status."""
        store = trees.Store(row)
        head = Checkpoint(self.origin, len(row), merkle.root(store.reader, len(row)))
        proof = merkle.consistency_proof(store.reader, self.size, len(row))
        lines = [f"old {self.size}", *(note.encode(step) for step in proof), ""]
        body = "\n".join(lines) + f"\n{head.signed(self.private)}"
        address = f"{to.exchange_address}/exchange/v1/witness/add-checkpoint"
        try:
            with urllib.request.urlopen(address, body.encode(), timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return bytes(answer.read())


def key_stolen(ground: Ground, folder: Path) -> Row:
    thief, row = Thief(ground), Row("key stolen: another history signed")
    for node in (ground.us, ground.mx):
        status = thief.send(node, trees.leaves(thief.size + 5, "thief"))
        row.refused += [f"{node.party} {status}"] if status == 422 else []
    return row.findings(ground)


def key_stolen_and_continued(ground: Ground, folder: Path) -> Row:
    """The thief goes on from the real tree, so the witness has no reason to doubt: its owner has."""
    thief, row = Thief(ground), Row("key stolen: the real tree continued elsewhere")
    forged = sha256(b"\x00" + sha256(b"forged").digest()).digest()
    assert thief.send(ground.us, [*thief.row, forged]) == 200
    ground.ca.tell("write", 2)
    return row.ask(ground)


# --- Who accuses a log that is in order --------------------------------------------------------------
def bare_word(what: str, status: int, body: bytes) -> Scene:
    """MX's witness, or a proxy before it, says of CA's log what is not so."""

    def scene(ground: Ground, folder: Path) -> Row:
        ground.ca.tell("write", 2)
        with between(ground.ca, ground.mx, {"witness/add-checkpoint": (status, body)}):
            said = ground.ca.tell("ask", "MX")
        assert said.startswith("claims"), said
        row = Row(f"nothing: {what}", shown=False).told(*ground.all)
        assert row.noticed == ["CA: claims"], row.noticed
        # Its word did no harm: the honest witness co-signs, and the finding about it is settled.
        assert ground.ca.tell("ask", "MX") == "current"
        assert ground.ca.tell("unresolved") == []
        return Row(
            row.what, ["CA: claims, about MX's witness; settled when it co-signed"], shown=False
        )

    return scene


def proxy_in_between(ground: Ground, folder: Path) -> Row:
    """US asks CA for a proof, and a proxy answers that there is no such page."""
    ground.ca.tell("write", 3)
    assert ground.ca.tell("ask", "MX") == "current"
    page = (404, b"<html><h1>Not Found</h1></html>")
    with between(ground.us, ground.ca, {"log/consistency": page}):
        ground.us.tell("gather")
        assert ground.us.tell("unresolved") == ["will-not-prove"]
    ground.us.tell("gather")
    assert ground.us.tell("unresolved") == []
    noticed = ["US: will-not-prove, no fork; settled when CA proved it"]
    return Row("nothing: a proxy hides the log from US", noticed, shown=False)


def silent(ground: Ground, folder: Path) -> Row:
    """CA shows MX another tree than US, and answers nobody who asks for a proof."""
    ground.ca.tell("write", 3)
    assert ground.ca.tell("ask", "MX") == "current"
    ground.ca.put_back()
    ground.ca.tell("write", 4)
    assert ground.ca.tell("ask", "US") == "current"
    none = {"log/consistency": (404, b"no\n")}
    with between(ground.us, ground.ca, none), between(ground.mx, ground.ca, none):
        return Row("forked, and no proof given to anybody", shown=False).findings(ground)


# --- Another one's name --------------------------------------------------------------------------------
def name_taken(ground: Ground, folder: Path) -> Row:
    """CA says that US's log and witness are its own: one witness would stand for two Parties."""
    mx, own = ground.mx, ground.ca.tell("keys")
    before = mx.tell("believed")
    assert mx.tell("take", ground.ca.tell("announce", ground.us.tell("keys"))) == 200
    assert mx.tell("believed") == before
    row = Row("US's log and witness announced as CA's own", shown=False).told(*ground.all)
    # CA is heard all the same, and its next key set names its own again.
    assert mx.tell("take", ground.ca.tell("announce", own)) == 200
    assert (mx.tell("unresolved"), mx.tell("believed")) == ([], before)
    assert row.noticed == ["MX: taken"], row.noticed
    how = "MX: taken, and believed of US alone; settled by CA's next key set"
    return Row(row.what, [how], shown=False)


def next_name_taken(ground: Ground, folder: Path) -> Row:
    """CA takes the name that US is to have next, then US announces it, then CA leaves it."""
    mx, own, theirs = ground.mx, ground.ca.tell("keys"), ground.us.tell("keys")
    before = mx.tell("believed")
    [log] = [name for name, parties in before.items() if parties == ["US"]]
    squatted, real = (_announced(ForeignLog(f"{log}/2")) for _ in range(2))
    assert mx.tell("take", ground.ca.tell("announce", squatted)) == 200
    assert mx.tell("take", ground.us.tell("announce", real)) == 200
    row = Row("the name of US's next log taken by CA", shown=False).told(*ground.all)
    assert mx.tell("take", ground.ca.tell("announce", own)) == 200
    mx.tell("settle_logs")
    assert mx.tell("believed")[f"{log}/2"] == ["US"]
    assert (mx.tell("unresolved"), row.noticed) == ([], ["MX: taken"])
    assert mx.tell("take", ground.us.tell("announce", theirs)) == 200
    assert mx.tell("believed") == before
    return Row(row.what, ["MX: taken; settled, and US's, when CA leaves it"], shown=False)


def _announced(log: ForeignLog) -> list[str]:
    return [*log.keys().log, *log.keys().witness]


# --- A dump -------------------------------------------------------------------------------------
def dump(what: str, harm: Callable[[list[str]], list[str]]) -> Scene:
    """An auditor verifies what CA exported, with the keys of CA and of its witnesses."""

    def scene(ground: Ground, folder: Path) -> Row:
        place = folder / f"dump {what}"
        ground.ca.tell("export", str(place))
        [path] = (place / "texts").iterdir()
        path.write_text("\n".join([*harm(path.read_text().splitlines()), ""]))
        return _audited(ground, place, Row(f"dump: {what}", shown=False))

    return scene


def dump_of_a_rewritten_log(ground: Ground, folder: Path) -> Row:
    ground.ca.harm(EDIT % FIFTH, ANEW)
    ground.ca.tell("sequence")
    place = folder / "dump rewritten"
    ground.ca.tell("export", str(place))
    return _audited(ground, place, Row("dump: of a log that was rewritten and signed", shown=False))


def _audited(ground: Ground, place: Path, row: Row) -> Row:
    keys = {party: getattr(ground, party).tell("keys") for party in ("us", "mx", "ca")}
    trusted = ["--key", keys["ca"][0]]
    for party in ("us", "mx"):
        trusted += ["--witness", keys[party][1]]
    command = [sys.executable, str(ROOT / "audit" / "verifier.py"), str(place), *trusted]
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode == 1:
        wrong = {
            line.split()[1].rstrip(":") for line in done.stdout.splitlines() if "WRONG" in line
        }
        row.noticed.append(f"auditor: verifier.py: {', '.join(sorted(wrong))}")
    return row


def _edited(lines: list[str]) -> list[str]:
    said = json.loads(lines[5])
    return [*lines[:5], json.dumps({**said, "body": said["body"].replace("{", "{ ")}), *lines[6:]]


SCENES: dict[str, Scene] = {
    "edited": entries("entry edited", EDIT % FIFTH),
    "deleted": entries("entry deleted", DELETE % FIFTH),
    "inserted": entries("entry inserted", INSERT % FIFTH),
    "reordered": entries("entries reordered", SWAP),
    "edited anew": rewritten("entry edited", EDIT % FIFTH),
    "deleted anew": rewritten("entry deleted", DELETE % FIFTH),
    "inserted anew": rewritten("entry inserted", INSERT % FIFTH),
    "reordered anew": rewritten("entries reordered", SWAP),
    "tail cut": tail_cut,
    "restored": backup_restored,
    "written on": backup_written_on,
    "forked": forked,
    "stolen": key_stolen,
    "stolen and continued": key_stolen_and_continued,
    "silent": silent,
    "bare 409": bare_word("a witness says 409, of more entries", 409, b"100000\n"),
    "bare 422": bare_word("a witness says 422, of another tree", 422, b"no\n"),
    "proxy": proxy_in_between,
    "name taken": name_taken,
    "next name taken": next_name_taken,
    "dump edited": dump("entry edited", _edited),
    "dump deleted": dump("entry deleted", lambda lines: lines[:5] + lines[6:]),
    "dump inserted": dump("entry inserted", lambda lines: [*lines, lines[3]]),
    "dump reordered": dump("entries reordered", lambda lines: [lines[1], lines[0], *lines[2:]]),
    "dump cut": dump("tail cut off", lambda lines: lines[:-5]),
    "dump rewritten": dump_of_a_rewritten_log,
}
