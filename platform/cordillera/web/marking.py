"""The words at the head and foot of a page that say how its content may be handled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Marking:
    """Of one record: its TLP label and the Parties it is releasable to. Without a label: of a
    page that shows many records, each marked for itself. `draft` says that it was never released.
    """

    tlp: str = ""
    audience: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    draft: bool = False

    @classmethod
    def of(
        cls, tlp: str, audience: Iterable[str], caveats: Iterable[str] = (), draft: bool = False
    ) -> Marking:
        return cls(tlp, tuple(audience), tuple(str(caveat) for caveat in caveats), draft)

    def __str__(self) -> str:
        if not self.tlp:
            return _("LAW ENFORCEMENT SENSITIVE: HANDLE EACH RECORD AS IT IS MARKED")
        parts = [f"TLP:{self.tlp}", self._shared(), *self.caveats, _("LAW ENFORCEMENT SENSITIVE")]
        return " — ".join(part for part in parts if part)

    def _shared(self) -> str:
        parties = " · ".join(self.audience)
        if self.draft:
            return _("DRAFT FOR: %(parties)s") % {"parties": parties}
        return _("SHARED: %(parties)s") % {"parties": parties}
