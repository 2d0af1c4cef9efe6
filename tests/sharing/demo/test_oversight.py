"""What auditors find in the demo, at each node for its own Party."""

from __future__ import annotations

from typing import Any

import pytest

from audit import sequencer
from cordillera.access.session import acting_as
from sharing.demo import loader, oversight, people
from sharing.oversight.retention import queries as retention
from sharing.oversight.sampling import queries as sampling
from sharing.oversight.watching import evaluating
from sharing.oversight.watching import queries as watching

pytestmark = pytest.mark.django_db


def test_each_of_the_auditors_pages_has_something(settings: Any) -> None:
    settings.HOSTED_PARTIES = ["MX"]
    loader.settle("fictitious-password")
    oversight.play()
    sequencer.sequence()
    evaluating.run("MX")
    auditor = people.identity("MX", "auditor")
    with acting_as(auditor):
        assert sampling.counts(auditor) == {"open": 3, "overdue": 1}
        assert retention.locked(auditor).count() == 3
        assert retention.holds(auditor).count() == 1
        assert retention.deletions(auditor).count() == 1
        assert retention.soon(auditor).count() == 1
        assert [one.rule for one in watching.notices(auditor)] == ["refused"]
