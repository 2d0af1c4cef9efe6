"""A worker outlives the loss of its broker.

kombu gives back what a worker had not done yet when it closes its connection; where the broker itself is
gone it fails at that with an AttributeError, which ends the worker (kombu 5.7). What is not given back is
delivered again after the visibility timeout, and the clock rings for everything before that.
"""

from __future__ import annotations

import logging
from typing import Any

from kombu.transport import redis

logger = logging.getLogger(__name__)


class QoS(redis.QoS):
    def restore_unacked_once(self, stderr: Any = None) -> None:
        try:
            super().restore_unacked_once(stderr)
        except AttributeError as error:
            if self.channel.connection is not None and self.channel.connection.client is not None:
                raise
            logger.warning("broker.lost: %d not given back: %s", len(self._delivered), error)
            self._delivered.clear()


def endure() -> None:
    """For every connection to the broker that this process makes from now on."""
    redis.Channel.QoS = QoS
