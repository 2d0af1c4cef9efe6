"""Records, their versions, the decisions on them, and the outbox.

A record's row carries the projection of its version in force (or of the draft, as long as none is):
what lists sort by and what row-level security reads. The signed bytes in `Version.jws` are the
truth. The database itself holds four eyes and immutability; see migrations/0002. A column that another
index begins with has none of its own: each one is paid for with every version that comes.
"""

from .counter import Counter
from .decision import Decision
from .found import Link, Term
from .handling import Handling
from .outbox import OutboxRow
from .reading import Readership, Reading
from .record import Record, projected
from .version import Version

__all__ = [
    "Attachment",
    "Chunk",
    "Counter",
    "Decision",
    "Handling",
    "Link",
    "OutboxRow",
    "Readership",
    "Reading",
    "Record",
    "Term",
    "Version",
    "projected",
]

from ..attachments.models import Attachment, Chunk  # the app's models are found here
