"""The channels from the shell: the same as the administrator's page."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile
from sharing.exchange import board, channels, entrance_process, replaying, sending, words
from sharing.exchange.board import Row
from sharing.exchange.models import Channel, Item
from sharing.exchange.troubles import Trouble

EPILOG = """\
A channel is the ordered stream of what one Party sends to another on another node. Each node sees
the channels that begin or end with a Party that it hosts.

  manage.py channel list                 each channel: state, what waits, since when, pace, refusals
  manage.py channel show US MX           one of them, with its last receipts and what was refused
  manage.py channel pause US MX          nothing more leaves; what is released meanwhile waits
  manage.py channel resume US MX         go on at once, also with one that was not reached, or that
                                         stopped since MX said too often that it had another history
  manage.py channel push US MX           send what is due now, in this process
  manage.py channel replay US MX 17      try number 17 again, refused here, as after an upgrade
  manage.py channel restart US MX        begin a new epoch with all that MX is to have: when the two
                                         histories no longer fit, as after an older backup came back
"""


class Command(BaseCommand):
    help = "Shows the channels to and from other nodes, and lets an operator mend them."

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(
            *args, formatter_class=RawDescriptionHelpFormatter, epilog=EPILOG, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verbs.add_parser("list", help="show every channel")
        texts = {
            "show": "show one",
            "pause": "let nothing more leave",
            "resume": "go on at once",
            "push": "send what is due, here and now",
            "restart": "begin a new epoch",
            "replay": "try a refused item again",
        }
        for verb, text in texts.items():
            one = verbs.add_parser(verb, help=text)
            one.add_argument("sender", help="as US")
            one.add_argument("recipient", help="as MX")
            if verb == "replay":
                one.add_argument("number", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            getattr(self, f"_{options['verb']}")(options)

    # --- Showing --------------------------------------------------------------------------------
    def _list(self, options: dict[str, Any]) -> None:
        if entrance_process.is_missing():
            self.stdout.write(
                "Other nodes cannot come in: EXCHANGE_APART is on and no exchange process runs."
            )
        found = [row for party in settings.HOSTED_PARTIES for row in self._rows(party)]
        if not found:
            self.stdout.write(
                "No channel yet: nothing was released to, or came from, another node."
            )
        for row in found:
            self.stdout.write(_line(row))

    def _show(self, options: dict[str, Any]) -> None:
        held = self._channel(options)
        row = next(one for one in self._rows(held.party) if one.channel.pk == held.pk)
        self.stdout.write(_line(row))
        with acting_as(Identity.of_node(held.party)):
            for item in board.unsettled(held):
                why = f"{item.outcome}: {words.reason(item.reason)}"
                self.stdout.write(f"  {item.epoch}/{item.seq} {item.reference or item.type} {why}")
            for one in board.latest(held, most=5):
                self.stdout.write(f"  receipt {one.epoch}/{one.first}-{one.last} {one.at:%H:%M:%S}")

    def _rows(self, party: str) -> list[Row]:
        with acting_as(Identity.of_node(party)):
            return board.rows(party)

    # --- Doing ----------------------------------------------------------------------------------
    def _pause(self, options: dict[str, Any]) -> None:
        channels.pause(self._outbound(options))
        self.stdout.write("Paused.")

    def _resume(self, options: dict[str, Any]) -> None:
        channels.resume(self._outbound(options))
        self.stdout.write("Goes on.")

    def _push(self, options: dict[str, Any]) -> None:
        held = self._outbound(options)
        done = sending.drain(held.sender, held.recipient, force=True)
        self.stdout.write(f"{done.items} items in {done.envelopes} envelopes.")
        if done.trouble:
            raise CommandError(f"Then: {board.ERRORS.get(done.trouble, done.trouble)}.")

    def _restart(self, options: dict[str, Any]) -> None:
        try:
            held = channels.restart(self._outbound(options))
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"Epoch {held.epoch} begins with {held.sequenced} items.")

    def _replay(self, options: dict[str, Any]) -> None:
        held = self._channel(options)
        with acting_as(Identity.of_node(held.party)):
            item = (
                Item.objects.filter(channel=held, seq=options["number"])
                .select_related("channel")
                .order_by("-epoch")
                .first()
            )
        if item is None:
            raise CommandError(f"{held} has no number {options['number']}.")
        try:
            item = replaying.replay(item, Identity.of_node(held.party))
        except Hostile as error:
            raise CommandError(f"It cannot be tried again: {error}.") from error
        why = f": {words.reason(item.reason)}" if item.reason else ""
        self.stdout.write(f"{item.outcome}{why}")

    # --- Finding --------------------------------------------------------------------------------
    def _channel(self, options: dict[str, Any]) -> Channel:
        ends = (options["sender"].upper(), options["recipient"].upper())
        for party in settings.HOSTED_PARTIES:
            with acting_as(Identity.of_node(party)):
                found = Channel.objects.filter(
                    party=party, sender=ends[0], recipient=ends[1]
                ).first()
                if found:
                    return found
        raise CommandError(f"There is no channel from {ends[0]} to {ends[1]} on this node.")

    def _outbound(self, options: dict[str, Any]) -> Channel:
        held = self._channel(options)
        if not held.is_outbound:
            raise CommandError(f"{held} is sent by {held.sender}'s node; ask its administrator.")
        return held


def _line(row: Row) -> str:
    channel = row.channel
    said = [f"{channel.sender} → {channel.recipient}", f"{row.shown[0]}"]
    if channel.is_outbound:
        said.append(f"{row.queued} waiting" + (f" for {row.lag} s" if row.since else ""))
        said.append(f"{channel.settled}/{channel.sequenced} receipted")
    else:
        said.append(f"{channel.settled} taken in")
    said.append(f"{row.pace:.1f} a minute")
    if row.refused or row.waiting:
        said.append(f"{row.refused} refused, {row.waiting} kept back")
    if channel.last_error:
        said.append(f"{row.error}, {channel.attempts} tries")
    return "; ".join(said)
