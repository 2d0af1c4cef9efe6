"""party key: make, rotate, revoke, reseal and destroy keys."""

from __future__ import annotations

from typing import Any

from .. import keys
from ..models import Party, PartyKey

USES = ("signing", "sealing", "signing-pq")


def arguments(verbs: Any) -> None:
    key = verbs.add_parser("key", help="make, rotate, revoke, reseal or destroy keys")
    acts = key.add_subparsers(dest="act", required=True, metavar="ACT")
    make = acts.add_parser("make", help="make the first keys: root, signing and sealing")
    make.add_argument("code", help="the Party, as CA")
    make.set_defaults(run=_make)
    rotate = acts.add_parser("rotate", help="replace a key in use")
    rotate.add_argument("code", help="the Party, as CA")
    rotate.add_argument(
        "--use",
        choices=USES,
        default="signing",
        help="which one (default: signing)",
    )
    rotate.set_defaults(run=_rotate)
    second = acts.add_parser("second", help="sign a second time, post-quantum, or no more")
    second.add_argument("code", help="the Party, as CA")
    second.add_argument("turn", choices=("on", "off"))
    second.set_defaults(run=_second)
    revoke = acts.add_parser("revoke", help="a key is in wrong hands: believe it no longer")
    revoke.add_argument("kid", help="the key, as CA-0f3a…; `party list` shows them")
    revoke.add_argument("--reason", required=True)
    revoke.set_defaults(run=_revoke)
    reseal = acts.add_parser("reseal", help="seal them anew under another KEY_ENCRYPTION_KEY")
    reseal.add_argument("--old", required=True, metavar="FILE", help="holds the former key")
    reseal.set_defaults(run=_reseal)
    destroy = acts.add_parser("destroy", help="destroy old sealing keys that nobody uses any more")
    destroy.set_defaults(run=_destroy)


def _make(command: Any, options: dict[str, Any]) -> None:
    Party.objects.get(code=options["code"])
    key = keys.make_signing_key(options["code"])
    command.stdout.write(f"{options['code']} now signs with {key.kid}.")


def _rotate(command: Any, options: dict[str, Any]) -> None:
    Party.objects.get(code=options["code"])
    key = keys.rotate(options["code"], use=options["use"])
    if key.listed_in is None:
        command.stdout.write(
            f"{key.kid} waits for the root key's signature: "
            f"manage.py party keyset draft {options['code']}"
        )
        return
    does = {"sealing": "is sealed to with", "signing-pq": "signs a second time with"}
    command.stdout.write(
        f"{options['code']} now {does.get(options['use'], 'signs with')} {key.kid}."
    )


def _second(command: Any, options: dict[str, Any]) -> None:
    code = options["code"]
    if options["turn"] == "on":
        _rotate(command, {"code": code, "use": PartyKey.SIGNING_PQ})
        return
    Party.objects.get(code=code)
    key = keys.sign_once(code)
    if key.retired_in is None:
        command.stdout.write(
            f"{key.kid} signs until the root key has signed: manage.py party keyset draft {code}"
        )
        return
    command.stdout.write(
        f"{code} signs once. Peers that do not hold key set {key.retired_in} yet still get both."
    )


def _revoke(command: Any, options: dict[str, Any]) -> None:
    new = keys.revoke(options["kid"], reason=options["reason"])
    command.stdout.write(f"{options['kid']} is revoked.")
    if new.kid != options["kid"]:
        command.stdout.write(f"{new.kid} took its place.")


def _reseal(command: Any, options: dict[str, Any]) -> None:
    with open(options["old"], encoding="utf-8") as file:
        count = keys.reseal(file.read())
    command.stdout.write(f"Sealed {count} private keys under the present KEY_ENCRYPTION_KEY.")


def _destroy(command: Any, options: dict[str, Any]) -> None:
    destroyed = keys.destroy_old_sealing()
    for kid in destroyed:
        command.stdout.write(f"Destroyed the private half of {kid}.")
    if not destroyed:
        command.stdout.write("None: each is in use, or some peer may still seal to it.")
