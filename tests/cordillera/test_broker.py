"""A worker whose broker is gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kombu.transport import redis

import cordillera.celery  # noqa: F401 - which makes every connection endure
from cordillera.broker import QoS


class Channel:
    """As much of kombu's as giving back asks for. `client`: None where the connection is closed."""

    do_restore = True

    def __init__(self, client: object) -> None:
        self.connection = SimpleNamespace(client=client)

    def conn_or_acquire(self, client: Any = None) -> Any:
        # What kombu does to learn the broker's address.
        return self.connection.client.hostname


def holding(channel: Channel) -> QoS:
    found = QoS(channel)
    found._delivered["tag"] = object()
    return found


def test_closing_goes_on_where_the_broker_is_gone() -> None:
    found = holding(Channel(None))
    found.restore_unacked_once()
    found.restore_unacked_once()
    assert not found._delivered


def test_another_fault_is_raised() -> None:
    with pytest.raises(AttributeError):
        holding(Channel(object())).restore_unacked_once()


def test_every_channel_is_such_a_one() -> None:
    assert redis.Channel.QoS is QoS
