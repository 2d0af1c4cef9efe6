"""manage.py records: verify the signatures of released versions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.queries import hosted
from sharing.records import queries
from sharing.records.models import Version

HELP = """Verify released versions: that each one's exact bytes carry a signature by its Party's key, and
that the row beside them says what the bytes say.

  manage.py records verify US-OA-2026-00012     every version of one record
  manage.py records verify --all                every version that the hosted Parties hold

Exit code 0 when all verify, 1 otherwise. Not proved: when a version was signed, and that the key was
then in use."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        from argparse import RawDescriptionHelpFormatter

        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="verify one record's versions, or all")
        verify.add_argument("reference", nargs="?", help="as US-OA-2026-00012")
        verify.add_argument("--all", action="store_true", help="every released version")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["reference"]) == bool(options["all"]):
            raise CommandError("Name one reference, or --all.")
        seen, bad = set(), 0
        for party in hosted():
            with acting_as(Identity.of_node(party.code)):
                for version in self._versions(options["reference"]):
                    if version.pk not in seen:
                        seen.add(version.pk)
                        bad += not self._verify(version, aloud=not options["all"])
        if not seen:
            raise CommandError("There is no released version to verify.")
        self.stdout.write(f"{len(seen)} verified, {bad} of them not as signed.")
        if bad:
            raise CommandError("Some versions are not what their Party signed.")

    def _versions(self, reference: str | None) -> Any:
        found = Version.objects.filter(state__in=(Version.RELEASED, Version.SUPERSEDED))
        found = found.exclude(jws="purged").select_related("record")
        return (found.filter(record__reference=reference) if reference else found).iterator(500)

    def _verify(self, version: Version, aloud: bool) -> bool:
        answer = queries.signature(version)
        verified = bool(answer["verified"])
        if aloud or not verified:
            words = "verified" if verified else f"NOT VERIFIED: {answer['reason']}"
            name = version.record.reference
            self.stdout.write(f"{name} version {version.number}, key {answer['kid']}: {words}")
        return verified
