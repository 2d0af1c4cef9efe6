"""party address, export, import and fingerprint: how two nodes come to know each other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from .. import actions, fingerprints, keysets, peers
from ..models import Party, Peer
from . import put, read


def arguments(verbs: Any) -> None:
    address = verbs.add_parser("address", help="set where the other nodes reach this Party's node")
    address.add_argument("code", help="the Party, as CA")
    address.add_argument("address", help="as https://node.example.org; empty: not from outside")
    address.set_defaults(run=_address)
    export = verbs.add_parser("export", help="write the newest key set, for the other nodes")
    export.add_argument("code", help="the Party, as CA")
    export.add_argument("--out", default="", metavar="FILE", help="default: standard output")
    export.set_defaults(run=_export)
    fingerprint = verbs.add_parser("fingerprint", help="show the root key's twelve words")
    fingerprint.add_argument("code", help="the Party, as CA")
    fingerprint.set_defaults(run=_fingerprint)
    found = verbs.add_parser("import", help="enrol another Party's node by its key set")
    found.add_argument("file", help="its exported key set; - reads standard input")
    found.add_argument("--confirm", default="", metavar="WORDS", help="the twelve words you heard")
    found.add_argument("--with", dest="person", default="", help="who read them to you")
    found.add_argument("--mode", choices=[Peer.PUSH, Peer.PULL], default=Peer.PUSH)
    found.add_argument(
        "--yes",
        action="store_true",
        help="without comparing; only where the file came by a way that you trust already",
    )
    found.set_defaults(run=_import)


def _address(command: Any, options: dict[str, Any]) -> None:
    party = Party.objects.get(code=options["code"])
    if not party.is_hosted:
        raise CommandError(
            f"{party} is on another node; set where it is reached with `manage.py peer address`."
        )
    party = actions.set_address(party=party, address=options["address"])
    where = party.address or "nowhere from outside"
    command.stdout.write(f"{party} is reached at {where}.")


def _export(command: Any, options: dict[str, Any]) -> None:
    party = Party.objects.get(code=options["code"])
    found = keysets.current(party.code)
    if found is None:
        raise CommandError(f"{party} has no key set: manage.py party key make {party}")
    put(command, found.jws, options["out"])


def _fingerprint(command: Any, options: dict[str, Any]) -> None:
    party = Party.objects.get(code=options["code"])
    words = peers.words(party.code)
    if not words:
        raise CommandError(f"No root key of {party} is known here.")
    _show(command, words)


def _show(command: Any, words: dict[str, str]) -> None:
    for language, text in words.items():
        command.stdout.write(f"  {language}  {text}")


def _import(command: Any, options: dict[str, Any]) -> None:
    text = read(options["file"]).decode("ascii", "replace").strip()
    new = peers.introduced(text)
    names = dict(new.names)
    command.stdout.write(
        f"{new.party}, {names.get('administration', '?')} ({names.get('short', '?')}), "
        f"key set {new.number} of {new.issued_at:%Y-%m-%d %H:%M} UTC"
    )
    command.stdout.write(f"address {new.address or 'none: it fetches from here'}")
    for key in new.keys:
        if key.active:
            command.stdout.write(f"{key.use} {key.kid} ({key.alg})")
    command.stdout.write(f"root {new.root_kid}; its words:")
    _show(command, fingerprints.in_all_languages(new.root))
    present = peers.enrolled().filter(party_id=new.party).exists()
    person = "" if present else _compared(options, new.root, new.party)
    peers.enrol(text, confirmed_with=person, mode=options["mode"])
    command.stdout.write(f"{new.party} {'is up to date' if present else 'is enrolled'}.")


def _compared(options: dict[str, Any], root: bytes, party: str) -> str:
    """With whom the words were compared. Raises CommandError where they were not."""
    if options["yes"]:
        return options["person"] or "not compared"
    if options["confirm"]:
        if not fingerprints.fits(root, options["confirm"]):
            raise CommandError("These are other words: the file is not theirs. Nothing was done.")
        return options["person"] or "the operator"
    question = (
        f"Call {party} at a number that you know, and have the words read to you. "
        "Are they the same? Type yes: "
    )
    try:
        answer = input(question)
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise CommandError("Not compared; nothing was done.")
    return options["person"] or "the operator"
