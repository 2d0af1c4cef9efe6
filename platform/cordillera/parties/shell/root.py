"""party root and party keyset: the root key elsewhere, and key sets that are signed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from cordillera.crypto import keyset as wire
from cordillera.crypto.strict import canonical

from .. import keysets, roots
from ..models import Party
from . import put, read, secret


def arguments(verbs: Any) -> None:
    root = verbs.add_parser("root", help="export, remove, restore or renew the root key")
    acts = root.add_subparsers(dest="act", required=True, metavar="ACT")
    export = acts.add_parser("export", help="write it into a file under a passphrase")
    export.add_argument("code", help="the Party, as CA")
    export.add_argument("--out", required=True, metavar="FILE")
    export.set_defaults(run=_export)
    for act, text, run in (
        ("remove", "forget it here; needs its exported file", _remove),
        ("restore", "keep it here again", _restore),
    ):
        parser = acts.add_parser(act, help=text)
        parser.add_argument("code", help="the Party, as CA")
        parser.add_argument("file", help="the exported file")
        parser.set_defaults(run=run)
    renew = acts.add_parser("renew", help="replace it, when it is lost or in wrong hands")
    renew.add_argument("code", help="the Party, as CA")
    renew.set_defaults(run=_renew)
    keyset = verbs.add_parser("keyset", help="draft a key set, sign it elsewhere, publish it")
    steps = keyset.add_subparsers(dest="act", required=True, metavar="ACT")
    draft = steps.add_parser("draft", help="write down the key set that is due")
    draft.add_argument("code", help="the Party, as CA")
    draft.add_argument("--out", default="", metavar="FILE")
    draft.set_defaults(run=_draft)
    sign = steps.add_parser("sign", help="sign a draft; needs no database")
    sign.add_argument("file", help="the draft")
    sign.add_argument("--root", required=True, metavar="FILE", help="the exported root key")
    sign.add_argument("--out", default="", metavar="FILE")
    sign.set_defaults(run=_sign, no_database=True)
    publish = steps.add_parser("publish", help="issue the signed key set")
    publish.add_argument("file", help="the signed one")
    publish.set_defaults(run=_publish)
    for parser in (export, *(acts.choices[a] for a in ("remove", "restore")), sign):
        parser.add_argument(
            "--passphrase-stdin",
            action="store_true",
            help="read the passphrase from standard input instead of asking",
        )


def _phrase(options: dict[str, Any], again: bool = False) -> str:
    return secret("Passphrase", options["passphrase_stdin"], again)


def _export(command: Any, options: dict[str, Any]) -> None:
    Party.objects.get(code=options["code"])
    file = Path(options["out"])
    text = roots.export(options["code"], _phrase(options, again=True))
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(text)
    command.stdout.write(
        f"The root key is in {file}. Keep two copies in safe places; then forget it here with "
        f"`manage.py party root remove {options['code']} {file}`."
    )


def _remove(command: Any, options: dict[str, Any]) -> None:
    root = roots.remove(options["code"], read(options["file"]), _phrase(options))
    command.stdout.write(
        f"{root.kid} is no longer here. Key sets are now drafted here and signed where it is."
    )


def _restore(command: Any, options: dict[str, Any]) -> None:
    root = roots.restore(options["code"], read(options["file"]), _phrase(options))
    command.stdout.write(f"{root.kid} is here again.")


def _renew(command: Any, options: dict[str, Any]) -> None:
    Party.objects.get(code=options["code"])
    root = roots.renew(options["code"])
    command.stdout.write(
        f"{root.kid} is the root key now. Every peer has to remove {options['code']} and enrol it "
        f"again with the new key set (manage.py party export {options['code']})."
    )


def _draft(command: Any, options: dict[str, Any]) -> None:
    payload = keysets.draft(options["code"])
    if payload is None:
        raise CommandError("No key set is due: nothing has changed since the last one.")
    put(command, json.dumps(payload), options["out"])


def _sign(command: Any, options: dict[str, Any]) -> None:
    payload = json.loads(read(options["file"]))
    due = wire.KeySet.from_payload(payload)
    root = roots.read(due.party, read(options["root"]), _phrase(options))
    if root.kid != due.root_kid:
        raise CommandError(f"The draft names {due.root_kid}; the file holds {root.kid}.")
    command.stderr.write(_told(due))
    put(command, keysets.sign(json.loads(canonical(payload)), root), options["out"])


def _publish(command: Any, options: dict[str, Any]) -> None:
    made = keysets.publish_signed(read(options["file"]).decode("ascii", "replace").strip())
    command.stdout.write(f"{made} is issued.")


def _told(due: wire.KeySet) -> str:
    """What is about to be signed, for the eyes of who signs it."""
    lines = [f"{due.party}, key set {due.number}, {len(due.contacts)} contacts"]
    lines += [f"  {key.use} {key.kid}{'' if key.active else ', out of use'}" for key in due.keys]
    return "\n".join(lines)
