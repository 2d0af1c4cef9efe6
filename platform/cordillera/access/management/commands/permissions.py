"""manage.py permissions: the documentation of who may do what, drawn from the policy table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordillera.access.document import FILE, document


class Command(BaseCommand):
    help = f"""Print who may do what, as the policy table has it. With --write, write it to
{FILE.name} beside the table; with --check, fail where that file says something else."""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--write", action="store_true", help=f"write {FILE.name}")
        chosen.add_argument("--check", action="store_true", help="change nothing, compare")

    def handle(self, *args: Any, **options: Any) -> None:
        text = document()
        if options["write"]:
            FILE.write_text(text, encoding="utf-8")
        elif options["check"]:
            if not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
                raise CommandError(
                    f"{FILE.name} does not say what the policy table says: "
                    "run manage.py permissions --write."
                )
        else:
            self.stdout.write(text)
