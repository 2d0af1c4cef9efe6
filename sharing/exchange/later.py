"""Move an epoch that has just begun on to a later one, where its recipient knows it already."""

from __future__ import annotations

from datetime import timedelta

from cordillera import clock

from . import channels
from .models import Channel, Item
from .troubles import LOST, Trouble

#: The last one that the formats and the database can name.
LAST_EPOCH = 2**31 - 1
#: So often a recipient may say so within this time: all is sent anew each time, and would be for ever.
MOST, WITHIN = 5, timedelta(days=1)


def begin_later(channel: Channel, epoch: int) -> bool:
    """An epoch that was begun anew, and of which nothing was taken, is one that the recipient knows
    already (our backup was older than that): its items go into a later one. Raises Trouble."""
    if channel.epoch == 1 or channel.settled or epoch > LAST_EPOCH:
        return False
    _count(channel, epoch)
    Item.objects.filter(channel=channel, epoch=channel.epoch).update(epoch=epoch)
    channel.epoch = epoch
    channel.manifest = ""
    channel.save(update_fields=["epoch", "manifest", "later_epochs", "later_since"])
    return True


def _count(channel: Channel, epoch: int) -> None:
    """Of many there is one entry in the log, and one that the channel stopped. Raises Trouble."""
    now = clock.now()
    if channel.later_since is None or not timedelta() <= now - channel.later_since < WITHIN:
        channel.later_since, channel.later_epochs = now, 0
    if channel.later_epochs >= MOST:
        detail = f"{channel.recipient} said {MOST} times that it had a later epoch already"
        raise Trouble(LOST, detail, signed=True)
    channel.later_epochs += 1
    if channel.later_epochs == 1:
        channels.note("channel:later-epoch", channel, becomes=epoch)
