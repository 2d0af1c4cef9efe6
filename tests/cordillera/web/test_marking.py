from __future__ import annotations

from cordillera.web.marking import Marking


def test_a_record_is_marked_with_label_and_audience() -> None:
    marking = str(Marking.of("AMBER", ["US", "MX"]))
    assert marking == "TLP:AMBER — SHARED: US · MX — LAW ENFORCEMENT SENSITIVE"


def test_a_draft_says_that_it_was_not_shared() -> None:
    assert "DRAFT FOR: US · MX" in str(Marking.of("GREEN", ["US", "MX"], draft=True))


def test_caveats_stand_before_the_sensitivity() -> None:
    assert "PERSONAL DATA — LAW" in str(Marking.of("RED", ["US"], ["PERSONAL DATA"]))


def test_a_list_leaves_the_marking_to_each_record() -> None:
    assert "EACH RECORD" in str(Marking())
