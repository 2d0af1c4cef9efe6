"""The tamper-evident log, from the shell."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit import (
    checking,
    cosigning,
    erasure,
    export,
    keys,
    proving,
    restart,
    sequencer,
    verifier,
    witnesses,
)
from audit.database import whole_log
from audit.errors import LogError
from audit.models import Finding
from audit.note import COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44, ED25519

EPILOG = """\
Every action writes an entry in its own transaction. Within a second a sequencer gives each entry a
place in a Merkle tree and the node signs a checkpoint: so many entries, this root. The other
Parties' nodes co-sign it once they have seen that the tree has only grown. From then on an entry
that is edited, removed, put in or moved no longer leads to the root that others hold.

  manage.py audit verify                    the whole log: every entry, every hash, every checkpoint
  manage.py audit verify --known FILE       … and that it continues a checkpoint which you, a witness
                                            or another Party kept (a backup put back shows only so)
  manage.py audit verify --entry UUID       one entry; --from 100 --to 200 a range
  manage.py audit export DIR                a signed dump, to be verified anywhere
  manage.py audit verify --dump DIR --key VKEY --witness VKEY
                                            a dump, without the database; on a machine without
                                            Cordillera: python verifier.py DIR --key VKEY
  manage.py audit prove UUID                one entry with its proof, as one file that stands alone
  manage.py audit checkpoint                the last checkpoint with its co-signatures
  manage.py audit witnesses                 which node has co-signed how much, and what went wrong

The other nodes' keys come with their Parties' key sets, as ours go to them. By hand:

  manage.py audit keys                      this node's public keys
  manage.py audit trust VKEY --party MX     take another node's key, of its log or as a witness
  manage.py audit distrust VKEY             believe it no more, as after a theft, whatever is announced
  manage.py audit rotate log                sign with a new key from now on (or: witness); the peers
                                            learn of it by a new key set
  manage.py audit findings                  what some log did that an honest one does not

Where a law or a court requires it, run as the database's owner:

  manage.py audit erase UUID --because "Order 12/2026, art. 17"
                                            forget who, about what and why; the place stays proved

After an old backup had to be put back, the witnesses refuse this log for ever: it no longer holds
what they co-signed. Run as the database's owner; the new keys go out with a new key set:

  manage.py audit restart DIR --because "Disk lost on 3 May; backup of 2 May"
                                            export what there is, and begin another tree with it
"""


class Command(BaseCommand):
    help = "Verifies, exports and proves the tamper-evident log; keeps its keys."

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(
            *args, formatter_class=RawDescriptionHelpFormatter, epilog=EPILOG, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        self._verify_arguments(
            verbs.add_parser(
                "verify", help="show that nothing was rewritten; exit code 1 if it was"
            )
        )
        dump = verbs.add_parser("export", help="write a signed dump into a new folder")
        dump.add_argument("folder", type=Path)
        self._range_arguments(dump)
        dump.add_argument("--party", help="show this Party's entries only; the others' stay hidden")
        prove = verbs.add_parser("prove", help="write one entry with its proof")
        prove.add_argument("entry", type=UUID)
        prove.add_argument("--out", type=Path, help="a file; standard output otherwise")
        checkpoint = verbs.add_parser("checkpoint", help="print the last checkpoint")
        checkpoint.add_argument("--sequence", action="store_true", help="sequence and sign first")
        checkpoint.add_argument("--size", type=int, help="the one of this size instead")
        verbs.add_parser("keys", help="print this node's public keys")
        trust = verbs.add_parser("trust", help="take another node's key")
        trust.add_argument("vkey")
        trust.add_argument("--party", required=True, help="whose it is, as MX")
        verbs.add_parser("distrust", help="believe a key no more").add_argument("vkey")
        rotate = verbs.add_parser("rotate", help="replace a key of this node")
        rotate.add_argument("which", choices=["log", "witness"])
        verbs.add_parser("findings", help="list what was noticed")
        verbs.add_parser("witnesses", help="show how it stands with each witness")
        restart = verbs.add_parser("restart", help="begin another tree after a backup was put back")
        restart.add_argument("folder", type=Path, help="for a dump of the log as it is now")
        restart.add_argument("--because", required=True, help="what happened; kept in the log")
        erase = verbs.add_parser("erase", help="forget an entry's text; its place stays proved")
        erase.add_argument("entry", type=UUID)
        erase.add_argument("--because", required=True, help="the law or order; kept and logged")

    @staticmethod
    def _range_arguments(parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=0, metavar="INDEX")
        parser.add_argument("--to", dest="end", type=int, metavar="INDEX", help="not included")

    def _verify_arguments(self, parser: ArgumentParser) -> None:
        self._range_arguments(parser)
        parser.add_argument("--entry", type=UUID, help="this one only, by its proof")
        parser.add_argument(
            "--dump", type=Path, metavar="DIR", help="a dump instead of the database"
        )
        parser.add_argument("--proof", type=Path, metavar="FILE", help="a proof of one entry")
        parser.add_argument("--key", action="append", default=[], metavar="VKEY")
        parser.add_argument("--witness", action="append", default=[], metavar="VKEY")
        parser.add_argument("--quorum", type=int, help="co-signatures wanted; by default all")
        parser.add_argument("--known", action="append", default=[], type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = self._verbs()[options["verb"]]
        try:
            verb(options)
        except (LogError, verifier.Wrong, OSError) as error:
            raise CommandError(str(error)) from error

    def _verbs(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {
            "verify": self._verify,
            "export": self._export,
            "prove": self._prove,
            "checkpoint": self._checkpoint,
            "keys": self._keys,
            "trust": self._trust_key,
            "distrust": self._distrust,
            "rotate": self._rotate,
            "findings": self._findings,
            "witnesses": self._witnesses,
            "erase": self._erase,
            "restart": self._restart,
        }

    def _verify(self, options: dict[str, Any]) -> None:
        known = [path.read_bytes() for path in options["known"]]
        if options["dump"]:
            trust = self._trust(options) if options["key"] else None
            report = verifier.verify_dump(options["dump"], trust, known, self._progress)
        elif options["proof"]:
            trust = self._trust(options) if options["key"] else checking.trust()
            report = verifier.verify_proof(options["proof"].read_bytes(), trust)
        elif options["entry"]:
            report = checking.verify_entry(options["entry"])
        else:
            first, end = options["first"], options["end"]
            report = checking.verify(first, end, known=known, progress=self._progress)
        self.stdout.write("\n".join(report.lines()))
        if not report.good:
            sys.exit(1)

    @staticmethod
    def _trust(options: dict[str, Any]) -> verifier.Trust:
        witnesses = tuple(verifier.Key.parse(text) for text in options["witness"])
        quorum = options["quorum"]
        wanted = len({key.name for key in witnesses}) if quorum is None else quorum
        log = tuple(verifier.Key.parse(text) for text in options["key"])
        return verifier.Trust(log, witnesses, wanted)

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="")

    def _export(self, options: dict[str, Any]) -> None:
        first, end, party = options["first"], options["end"], options["party"]
        shown = export.export(options["folder"], first=first, end=end, party=party)
        self.stdout.write(
            f"{options['folder']} holds the whole tree and {shown} entries. Verify it anywhere with "
            f"audit/verifier.py."
        )

    def _prove(self, options: dict[str, Any]) -> None:
        proof = str(proving.prove(options["entry"]))
        if options["out"]:
            options["out"].write_text(proof)
        else:
            self.stdout.write(proof, ending="")

    def _checkpoint(self, options: dict[str, Any]) -> None:
        if options["sequence"] and sequencer.sequence(at_once=True) is None:
            self.stderr.write("Another sequencer is at work.")
        self.stdout.write(proving.checkpoint(options["size"]).decode(), ending="")

    def _keys(self, options: dict[str, Any]) -> None:
        words = {
            ED25519: "the log's",
            COSIGNATURE_ED25519: "the witness's, Ed25519",
            COSIGNATURE_ML_DSA_44: "the witness's, ML-DSA-44",
        }
        for key in keys.own_keys():
            self.stdout.write(f"{words[key.kind]}:\n{key}\n")
        if names := cosigning.witness_names():
            self.stdout.write(f"Witnesses trusted here: {', '.join(names)}")

    def _trust_key(self, options: dict[str, Any]) -> None:
        key = keys.trust(options["vkey"], party=options["party"])
        self.stdout.write(f"{key.name} ({key.id.hex()}) is trusted as {options['party']}'s.")

    def _distrust(self, options: dict[str, Any]) -> None:
        if not keys.distrust(options["vkey"]):
            raise LogError("No such key is trusted here.")

    def _rotate(self, options: dict[str, Any]) -> None:
        witness = (COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44)
        for kind in (ED25519,) if options["which"] == "log" else witness:
            self.stdout.write(f"New: {keys.rotate(kind)}")
        self.stdout.write(
            "The peers refuse what it signs until they hold the key set that announces it. With the root "
            "key kept elsewhere, sign that one now: manage.py party keyset draft."
        )

    def _findings(self, options: dict[str, Any]) -> None:
        with whole_log():
            for finding in Finding.objects.select_related("resolution").order_by("at"):
                self.stdout.write(f"{finding.at:%Y-%m-%d %H:%M} {finding.kind}: {finding.said}")
                if settled := getattr(finding, "resolution", None):
                    self.stdout.write(f"    settled {settled.at:%Y-%m-%d %H:%M}: {settled.because}")

    def _witnesses(self, options: dict[str, Any]) -> None:
        for one in witnesses.witness_states():
            size = (
                f"{one.size} entries, {one.behind} behind" if one.name else "no witness announced"
            )
            optional = "" if one.required else " (need not)"
            self.stdout.write(f"{one.party}{optional}: {one.state}: {size}  {one.name}")
            if one.error:
                self.stdout.write(f"    {one.error}")

    def _erase(self, options: dict[str, Any]) -> None:
        erasure.erase(options["entry"], because=options["because"])
        self.stdout.write("Erased. The entry's place, time, Party and tag are proved as before.")

    def _restart(self, options: dict[str, Any]) -> None:
        for key in restart.restart(options["folder"], because=options["because"]):
            self.stdout.write(str(key))
        self.stdout.write(
            "The peers learn of these keys by a new key set. Give the dump to every auditor."
        )
