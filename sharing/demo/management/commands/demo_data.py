"""manage.py demo_data: fill an empty node with the demo, or keep it busy."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordillera.parties.models import Party
from sharing.demo import loader, people, serving, traffic

HELP = """Fill an empty hub with three Parties, fifteen officers and their records, all fictitious and
dated from today. On a node that hosts only some of them: these Parties and their officers; records
follow when ./deploy/demo plays the year across its nodes. Or, with --traffic N, post N more things
of the Parties hosted here through the real actions, so that one can watch them arrive: on each node
for its own. Only where DEMO is on. The officers' password comes from DEMO_PASSWORD."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="nothing is amiss when the demo is there already"
        )
        parser.add_argument(
            "--serve",
            action="store_true",
            help="take orders from ./deploy/demo, which plays the year across several nodes",
        )
        parser.add_argument(
            "--traffic", type=int, metavar="N", help="post N releases and answers, then stop"
        )
        parser.add_argument(
            "--seconds", type=float, default=5.0, help="pause between two of them (default 5)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "DEMO is off: this node holds real records, and demo data stays out."
            )
        if options["traffic"] is not None:
            self._keep_busy(options["traffic"], options["seconds"])
            return
        if options["once"] and people.are_there():
            self.stdout.write("The demo is there already.")
            return
        if options["serve"]:
            self._serve(self._password())
            return
        if Party.objects.exists():
            raise CommandError("This node has Parties already; ./deploy/demo --reset begins anew.")
        password = self._password()
        if len(people.hosted()) < len(people.PARTIES):
            loader.settle(password)
            self.stdout.write(f"{' '.join(people.hosted())} with its officers is here.")
            return
        made = loader.load(password, self._progress)
        self.stdout.write(f"{made} records loaded.")

    @staticmethod
    def _password() -> str:
        password = os.environ.get("DEMO_PASSWORD", "")
        if len(password) < 12:
            raise CommandError("Set DEMO_PASSWORD to at least 12 characters.")
        return password

    @staticmethod
    def _serve(password: str) -> None:
        """Standard output carries the answers alone; whatever else is printed goes to the log."""
        with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
            os.dup2(2, 1)
            serving.Serving(sys.stdin, answers, password).run()

    def _progress(self, done: int, total: int) -> None:
        if done % 20 == 0 or done == total:
            self.stdout.write(f"{done} of {total}")
            self.stdout.flush()

    def _keep_busy(self, number: int, seconds: float) -> None:
        if not Party.objects.exists():
            raise CommandError("Load the demo first: manage.py demo_data")
        for line in traffic.post(number, seconds):
            self.stdout.write(line)
            self.stdout.flush()
