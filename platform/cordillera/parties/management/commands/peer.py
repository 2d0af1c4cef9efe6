"""The remote Parties that are enrolled here, from the shell."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cordillera.parties import agreements, keysets, peers
from cordillera.parties.errors import PartiesError
from cordillera.parties.models import Officer, Party, Peer
from cordillera.parties.models.trust import TLP

EPILOG = """\
A peer is a Party on another node. It is enrolled with `manage.py party import FILE`, after its
root key's twelve words were compared by telephone. Then:

  manage.py peer list                      the peers, and which of our key sets they have
  manage.py peer show MX                   one of them: address, keys, words, contacts, agreement
  manage.py peer address MX https://…      where it is reached; "" takes what its key set says
  manage.py peer mode MX pull              it fetches from here (it accepts no connections)
  manage.py peer tls MX --certificate client.pem --key client.key --authority their-ca.pem \\
      --pin SHA256…                        client certificate, authorities and pinned keys
  manage.py peer suspend MX --reason "…"   nothing more leaves for it; everything queues
  manage.py peer resume MX                 what queued leaves now
  manage.py peer cap MX --tlp AMBER --kind offence_alert --no-personal-data
                                           what may be released to it; `--tlp RED` alone lifts all
  manage.py peer names MX yes              name our officers to it who open its records; or: no
  manage.py peer remove MX                 trust its root key no longer, as when it has a new one

With several Parties hosted here, suspend, resume, cap and names take --party; without it they are done
for each of them.
"""


class Command(BaseCommand):
    help = "Shows and sets how this node shares with the Parties on other nodes."

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(
            *args, formatter_class=RawDescriptionHelpFormatter, epilog=EPILOG, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verbs.add_parser("list", help="show the peers")
        found = {
            verb: verbs.add_parser(verb, help=text)
            for verb, text in (
                ("show", "show one of them"),
                ("address", "set where it is reached"),
                ("mode", "set who begins: push or pull"),
                ("tls", "set client certificate, authorities and pins"),
                ("suspend", "let nothing more leave for it"),
                ("resume", "let everything leave again"),
                ("cap", "cap what may be released to it"),
                ("names", "choose whether it learns who opens its records here"),
                ("remove", "trust its root key no longer"),
            )
        }
        for one in found.values():
            one.add_argument("code", help="the Party, as MX")
        found["address"].add_argument("address")
        found["mode"].add_argument("mode", choices=[Peer.PUSH, Peer.PULL])
        found["tls"].add_argument("--certificate", default="", metavar="FILE")
        found["tls"].add_argument("--key", default="", metavar="FILE")
        found["tls"].add_argument("--authority", default="", metavar="FILE")
        found["tls"].add_argument("--pin", action="append", default=[], metavar="SHA256")
        found["suspend"].add_argument("--reason", required=True)
        found["cap"].add_argument("--tlp", choices=TLP, default="RED")
        found["cap"].add_argument("--kind", action="append", default=None)
        found["cap"].add_argument("--no-personal-data", action="store_true")
        found["names"].add_argument("wanted", choices=["yes", "no"])
        for verb in ("suspend", "resume", "cap", "names"):
            found[verb].add_argument("--party", default="", help="of which hosted Party")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                getattr(self, f"_{options['verb']}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Party.DoesNotExist as error:
            raise CommandError(f"There is no Party {options['code']!r}.") from error
        except PartiesError as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        for peer in peers.enrolled():
            self.stdout.write(
                f"{peer.party_id}  {peer.party.administration}, {peer.mode} "
                f"{peer.address or 'without an address'}, enrolled {peer.enrolled_at:%Y-%m-%d}"
            )
            for code in settings.HOSTED_PARTIES:
                own, has = keysets.current(code), peers.acknowledged(peer.party_id, code)
                suspended = ", SUSPENDED" if agreements.is_suspended(code, peer.party_id) else ""
                self.stdout.write(
                    f"    has {code}'s key set {has or 'none'} of {own.number if own else 'none'}"
                    f"{suspended}"
                )

    def _show(self, options: dict[str, Any]) -> None:
        peer = peers.get(options["code"])
        held = keysets.current(peer.party_id)
        self.stdout.write(f"{peer.party_id}  {peer.party.administration}")
        self.stdout.write(f"address  {peer.address or 'none'}{' (set here)' * peer.address_kept}")
        self.stdout.write(f"mode     {peer.mode}")
        self.stdout.write(f"enrolled {peer.enrolled_at:%Y-%m-%d %H:%M} UTC by {peer.enrolled_by}")
        for name in ("client_certificate", "client_key", "authority", "pins"):
            if value := getattr(peer, name):
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")
        if held:
            self.stdout.write(f"key set  {held.number} of {held.issued_at:%Y-%m-%d %H:%M} UTC")
            for key in keysets.said(held).keys:
                if key.active:
                    self.stdout.write(f"    {key.use} {key.kid} ({key.alg})")
        for language, words in peers.words(peer.party_id).items():
            self.stdout.write(f"    {language}  {words}")
        contacts = Officer.objects.filter(party=peer.party, listed=True).count()
        self.stdout.write(f"contacts {contacts}")
        for code in settings.HOSTED_PARTIES:
            self.stdout.write(f"{code} releases to it: {_told(agreements.between(code, peer.pk))}")

    def _address(self, options: dict[str, Any]) -> None:
        peer = peers.set_address(options["code"], options["address"])
        self.stdout.write(f"{peer.party_id} is reached at {peer.address or 'no address'}.")

    def _mode(self, options: dict[str, Any]) -> None:
        peers.change(options["code"], mode=options["mode"])
        self.stdout.write(f"{options['code']}: {options['mode']}.")

    def _tls(self, options: dict[str, Any]) -> None:
        peers.change(
            options["code"],
            client_certificate=options["certificate"],
            client_key=options["key"],
            authority=options["authority"],
            pins=options["pin"],
        )
        self.stdout.write(f"{options['code']}: set.")

    def _suspend(self, options: dict[str, Any]) -> None:
        for code in self._parties(options):
            agreements.suspend(code, options["code"], reason=options["reason"])
            self.stdout.write(f"Nothing more leaves {code} for {options['code']}.")

    def _resume(self, options: dict[str, Any]) -> None:
        for code in self._parties(options):
            agreements.resume(code, options["code"])
            self.stdout.write(f"{code} shares with {options['code']} again.")

    def _cap(self, options: dict[str, Any]) -> None:
        for code in self._parties(options):
            made = agreements.change(
                code,
                options["code"],
                highest_tlp=options["tlp"],
                kinds=options["kind"],
                personal_data=not options["no_personal_data"],
            )
            self.stdout.write(f"{code} releases to {options['code']}: {_told(made)}")

    def _names(self, options: dict[str, Any]) -> None:
        for code in self._parties(options):
            agreements.name_readers(code, options["code"], wanted=options["wanted"] == "yes")
            how = "names" if options["wanted"] == "yes" else "only counts"
            self.stdout.write(f"{code} {how} its officers to {options['code']}.")

    def _remove(self, options: dict[str, Any]) -> None:
        peers.remove(options["code"])
        self.stdout.write(
            f"{options['code']} is no peer any more; what it sent stays. "
            "Enrol it again with `manage.py party import`."
        )

    @staticmethod
    def _parties(options: dict[str, Any]) -> list[str]:
        Party.objects.get(code=options["code"])
        wanted = options["party"]
        if wanted and wanted not in settings.HOSTED_PARTIES:
            raise CommandError(f"{wanted} is not hosted here.")
        hosted = [wanted] if wanted else settings.HOSTED_PARTIES
        return [code for code in hosted if code != options["code"]]


def _told(agreement: Any) -> str:
    kinds = "every kind" if agreement.kinds is None else ", ".join(agreement.kinds) or "no kind"
    personal = "" if agreement.personal_data else ", no personal data"
    state = "SUSPENDED, " if agreement.suspended_at else ""
    named = ", its readers' names" if agreement.names_since else ""
    return f"{state}up to TLP:{agreement.highest_tlp}, {kinds}{personal}{named}"
