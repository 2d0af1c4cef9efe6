"""Parties, their units, officers, keys and key sets, from the shell."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from audit import log
from cordillera.access.identity import Identity
from cordillera.crypto.errors import Hostile
from cordillera.parties import actions, keysets, shell
from cordillera.parties.errors import PartiesError
from cordillera.parties.models import Officer, Party, PartyKey, Unit
from cordillera.parties.sealing import SealingError
from cordillera.parties.shell import enrolment, root
from cordillera.parties.shell import keys as key_verbs

EPILOG = """\
A Party is a country's customs administration. A new node begins like this:

  manage.py party add CA --country "Canada" --country-es "Canadá" --country-fr "Canada" \\
      --administration "Canada Border Services Agency" --short-name CBSA --time-zone America/Toronto
  manage.py party key make CA          its keys: root, signing and sealing, and its first key set
  manage.py party officer CA ca.admin --name "First Administrator" --role administrator \\
      --email admin@example.org        asks for the password; everyone else is invited at the page

Then, from time to time:

  manage.py party list                 Parties with their officers and keys
  manage.py party rescue ca.admin      when somebody lost password, phone and mailbox
  manage.py party email ca.admin ADDRESS
                                       when an account has no address, or the officer no mailbox
  manage.py party key rotate CA        done by itself every 90 days (sealing keys: 14)
  manage.py party key revoke CA-0f3a… --reason "Stolen backup"
                                       the key is in wrong hands; a new one takes its place
  manage.py party key reseal --old FILE
                                       after KEY_ENCRYPTION_KEY changed; FILE holds the former one

To share with a Party on another node, each of the two does this:

  manage.py party address CA https://node.example.org
  manage.py party export CA > ca.keyset      send the file by any way
  manage.py party import mx.keyset           shows twelve words; call them, compare, answer yes
  manage.py party fingerprint CA             the words to read to them
  manage.py peer --help                      what then is set for each peer

The root key signs the key sets. To keep it in a safe instead of on the node:

  manage.py party root export CA --out ca.root       then: party root remove CA ca.root
  manage.py party root renew CA        it is lost: a new one, and every peer enrols anew
  manage.py party keyset draft CA --out ca.draft     after each change of keys or contacts
  manage.py party keyset sign ca.draft --root ca.root --out ca.keyset      where the root key is
  manage.py party keyset publish ca.keyset

Every command writes to the audit log of the Party it concerns.
"""


@transaction.atomic
def _write_down(error: Hostile) -> None:
    """What was refused stays refused, and that it was is kept."""
    detail = {"code": error.code, "why": str(error)[:200]}
    for code in settings.HOSTED_PARTIES:
        log.write("key:refuse", actor=Identity.of_node(code), detail=detail)


class Command(BaseCommand):
    help = "Lists and adds Parties, units, first officers and keys; enrols other Parties' nodes."

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(
            *args, formatter_class=RawDescriptionHelpFormatter, epilog=EPILOG, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verbs.add_parser("list", help="show the Parties with their officers and keys")
        self._party_arguments(verbs.add_parser("add", help="add a Party"))
        unit = verbs.add_parser("unit", help="add a unit to a Party")
        unit.add_argument("code", help="the Party, as CA")
        unit.add_argument("name")
        unit.add_argument("--port", default="", help="UN/LOCODE, as CAWND")
        self._officer_arguments(
            verbs.add_parser("officer", help="add an officer, as a Party's first administrator")
        )
        rescue = verbs.add_parser(
            "rescue", help="let somebody in again: new password, no second factor"
        )
        rescue.add_argument("username")
        self._password_argument(rescue)
        email = verbs.add_parser("email", help="give an account its address, as its first one")
        email.add_argument("username")
        email.add_argument("address")
        for subject in (key_verbs, enrolment, root):
            subject.arguments(verbs)

    @staticmethod
    def _party_arguments(parser: ArgumentParser) -> None:
        parser.add_argument("code", help="ISO 3166-1 alpha-2, as CA")
        parser.add_argument("--country", required=True, help="the country's name in English")
        parser.add_argument("--country-es", default="", help="in Spanish")
        parser.add_argument("--country-fr", default="", help="in French")
        parser.add_argument("--administration", required=True, help="its full name")
        parser.add_argument("--short-name", required=True, help="as CBSA")
        parser.add_argument("--time-zone", default="UTC", help="as America/Toronto")

    @staticmethod
    def _officer_arguments(parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the Party, as CA")
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--role",
            action="append",
            required=True,
            help="officer, supervisor, analyst, auditor or administrator; may be repeated",
        )
        parser.add_argument("--language", default="en", help="en, es or fr")
        Command._password_argument(parser)

    @staticmethod
    def _password_argument(parser: ArgumentParser) -> None:
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input instead of asking",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options.get("no_database"):
                options["run"](self, options)
                return
            with transaction.atomic():
                if run := options.get("run"):
                    run(self, options)
                else:
                    getattr(self, f"_{options['verb']}")(options)
        except ValidationError as error:
            raise CommandError(_sentences(error)) from error
        except Party.DoesNotExist as error:
            raise CommandError(
                f"There is no Party {options['code']!r}; `manage.py party list` shows them."
            ) from error
        except Hostile as error:
            _write_down(error)
            raise CommandError(f"This is no key set that can be taken: {error}.") from error
        except (PartiesError, SealingError, IntegrityError, OSError) as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        for party in Party.objects.all():
            where = "hosted here" if party.is_hosted else "remote"
            self.stdout.write(f"{party.code}  {party.administration} ({party.short_name}), {where}")
            people = Officer.objects.filter(party=party, is_active=True, is_system=False).count()
            systems = Officer.objects.filter(party=party, is_active=True, is_system=True).count()
            units = Unit.objects.filter(party=party, is_active=True).count()
            self.stdout.write(f"    {people} officers, {systems} system accounts, {units} units")
            found = keysets.current(party.code)
            if found:
                self.stdout.write(f"    key set {found.number} of {found.issued_at:%Y-%m-%d}")
            for key in PartyKey.objects.filter(party=party):
                self.stdout.write(
                    f"    {key.use} {key.kid}, made {key.created_at:%Y-%m-%d}, {key.state}"
                )

    def _add(self, options: dict[str, Any]) -> None:
        country = options["country"]
        party = actions.create_party(
            code=options["code"],
            country_names={
                "en": country,
                "es": options["country_es"] or country,
                "fr": options["country_fr"] or country,
            },
            administration=options["administration"],
            short_name=options["short_name"],
            time_zone=options["time_zone"],
        )
        self.stdout.write(f"Added {party.code}. Next: manage.py party key make {party.code}")

    def _unit(self, options: dict[str, Any]) -> None:
        party = Party.objects.get(code=options["code"])
        unit = actions.create_unit(party=party, name=options["name"], port=options["port"])
        self.stdout.write(f"Added the unit {unit.name} to {party.code}.")

    def _officer(self, options: dict[str, Any]) -> None:
        party = Party.objects.get(code=options["code"])
        officer = actions.create_officer(
            party=party,
            username=options["username"],
            name=options["name"],
            email=options["email"],
            roles=options["role"],
            language=options["language"],
        )
        actions.set_password(officer=officer, password=_password(options))
        self.stdout.write(f"Added {officer.username} to {party.code}.")

    def _email(self, options: dict[str, Any]) -> None:
        officer = actions.set_email(officer=_account(options), address=options["address"])
        self.stdout.write(f"Messages for {officer.username} go to {officer.email}.")

    def _rescue(self, options: dict[str, Any]) -> None:
        officer = _account(options)
        actions.set_password(officer=officer, password=_password(options))
        actions.remove_second_factors(officer=officer)
        if not officer.is_active:
            actions.activate(officer=officer)
        self.stdout.write(f"{officer.username} signs in with the new password, as if new.")


def _account(options: dict[str, Any]) -> Officer:
    officer = Officer.objects.filter(username=options["username"].lower()).first()
    if officer is None:
        raise CommandError(f"There is no account {options['username']!r}.")
    return officer


def _password(options: dict[str, Any]) -> str:
    return shell.secret("Password", options["password_stdin"], again=True)


def _sentences(error: ValidationError) -> str:
    if hasattr(error, "message_dict"):
        return " ".join(f"{k}: {' '.join(v)}" for k, v in error.message_dict.items())
    return " ".join(error.messages)
