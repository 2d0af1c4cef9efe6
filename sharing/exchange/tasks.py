"""The exchange's Celery tasks. Each may run at any time, twice, or not at all until the next sweep."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from audit import noticing, witnesses
from cordillera import doorbell
from cordillera.doorbell import ring
from cordillera.parties import peers
from cordillera.parties.models import Peer
from cordillera.parties.turns import in_turn

from . import (
    alerting,
    channels,
    entrance_process,
    fetching,
    presenting,
    pulling,
    replaying,
    reporting,
    sending,
    transport,
    unheard,
    witnessing,
)
from .troubles import Trouble

logger = logging.getLogger(__name__)


@shared_task(name="exchange.drain", ignore_result=True)
def drain(sender: str, recipient: str) -> None:
    """Rung after a release: push what waits for a remote recipient, for some seconds."""
    done = sending.drain(sender, recipient, seconds=settings.EXCHANGE_TURN_SECONDS)
    if done.more:
        ring("exchange.drain", sender, recipient)


@shared_task(name="exchange.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced, and whose time for another try has come."""
    in_turn(_ring_for, settings.HOSTED_PARTIES)


@shared_task(name="exchange.keysets", ignore_result=True)
def keysets(party: str = "") -> None:
    """Rung when a key set was issued: a drain presents it before anything else."""
    in_turn(_ring_for, [party] if party else settings.HOSTED_PARTIES)


def _ring_for(sender: str) -> None:
    for recipient in channels.due(sender):
        ring("exchange.drain", sender, recipient)


@shared_task(name="exchange.greet", ignore_result=True)
def greet() -> None:
    """Rung when a web process or a worker has started: tell the peers that this node is there."""
    in_turn(_greet_for, settings.HOSTED_PARTIES)


def _greet_for(sender: str) -> None:
    for peer in peers.enrolled().filter(mode=Peer.PUSH):
        try:
            presenting.greet(sender, peer, transport.to(peer))
        except Trouble as trouble:
            # It is away itself, then: it will greet us.
            logger.info("exchange.greet: %s: %s", peer.party_id, trouble)


@worker_ready.connect
def started(**kwargs: Any) -> None:
    doorbell.send("exchange.greet")


@shared_task(name="exchange.watch", ignore_result=True)
def watch() -> None:
    """Tell the administrators of channels that are behind, and the log that no node can come in."""
    if entrance_process.is_missing():
        logger.error("exchange.entrance: no exchange process runs, other nodes are answered 404")
    in_turn(alerting.watch, settings.HOSTED_PARTIES)


@shared_task(name="exchange.replay", ignore_result=True)
def replay(party: str = "") -> None:
    """Rung when a record came that something waits for, and by the clock: try what waits."""
    hosted = [party] if party in settings.HOSTED_PARTIES else settings.HOSTED_PARTIES
    in_turn(replaying.replay_waiting, hosted)
    in_turn(unheard.end, hosted)


@shared_task(name="exchange.tally", ignore_result=True)
def tally() -> None:
    """Every few seconds: count the new readings and tell the originators."""
    in_turn(reporting.tally, settings.HOSTED_PARTIES)


@shared_task(name="exchange.pull", ignore_result=True)
def pull() -> None:
    """Every second or so, where this node accepts no inbound connection: fetch what waits."""
    in_turn(_fetch, pulling.due())


def _fetch(channel: tuple[str, str]) -> None:
    hosted, remote = channel
    pulling.pull(hosted, remote, seconds=settings.EXCHANGE_TURN_SECONDS)


@shared_task(name="exchange.files", ignore_result=True)
def files(party: str = "") -> None:
    """Rung when a file's key came, and by the clock: fetch what is still to come."""
    in_turn(_fetch_files, [party] if party in settings.HOSTED_PARTIES else settings.HOSTED_PARTIES)


def _fetch_files(party: str) -> None:
    if fetching.fetch_all(party, seconds=settings.EXCHANGE_TURN_SECONDS):
        ring("exchange.files", party)


@shared_task(name="exchange.cosign", ignore_result=True)
def cosign() -> None:
    """Rung after a checkpoint of our log, and by the clock: each witness has a task of its own."""
    for name in witnesses.due():
        ring("exchange.cosign_with", name)


@shared_task(name="exchange.cosign_with", ignore_result=True)
def cosign_with(name: str) -> None:
    """Have one witness co-sign our newest checkpoint."""
    witnessing.cosign(name)


@shared_task(name="exchange.compare_logs", ignore_result=True)
def compare_logs() -> None:
    """Rung when a checkpoint came of which we do not know whether it is of the same tree."""
    witnessing.settle()


@shared_task(name="exchange.gather_checkpoints", ignore_result=True)
def gather_checkpoints() -> None:
    """By the clock: whether the other witnesses were shown the same logs as we were."""
    for peer in peers.enrolled().filter(mode=Peer.PUSH).exclude(address=""):
        try:
            witnessing.gather(peer)
            if settings.EXCHANGE_FETCHES:
                witnessing.answer_questions(peer)
        except Trouble as trouble:
            logger.info("exchange.gather_checkpoints: %s: %s", peer.party_id, trouble)
    witnessing.settle()
    noticing.forget_old()
