"""The lists that handling is written in: who may see a record, and what may be done with it."""

from django.utils.translation import gettext_lazy as _

from .lists import ShortList

LISTS = (
    ShortList(
        "party",
        _("Parties"),
        {
            "US": _("United States"),
            "MX": _("Mexico"),
            "CA": _("Canada"),
        },
    ),
    # FIRST Traffic Light Protocol 2.0. The labels are names and stay in English everywhere.
    ShortList(
        "tlp",
        _("Traffic Light Protocol"),
        {
            "RED": _("TLP:RED: only the named officers"),
            "AMBER+STRICT": _("TLP:AMBER+STRICT: only the customs administrations in the audience"),
            "AMBER": _("TLP:AMBER: the administrations and those they need to act"),
            "GREEN": _("TLP:GREEN: government bodies, not public"),
            "CLEAR": _("TLP:CLEAR: no limit"),
        },
    ),
    # Handling codes as in Europol's secure exchange.
    ShortList(
        "handling_code",
        _("Handling codes"),
        {
            "H0": _("H0: for preventing and fighting customs offences only"),
            "H1": _("H1: not for use in court without the provider's permission"),
            "H2": _("H2: not to be passed on without the provider's permission"),
            "H3": _("H3: other limits, written in the record"),
        },
    ),
    ShortList(
        "purpose",
        _("Purposes"),
        {
            "customs_enforcement": _("Customs enforcement"),
            "regulatory_cooperation": _("Regulatory cooperation"),
            "origin_verification": _("Verification of origin"),
            "risk_analysis": _("Risk analysis and targeting"),
            "public_safety": _("Public safety"),
        },
    ),
    ShortList(
        "onward_disclosure",
        _("Onward disclosure"),
        {
            "none": _("To nobody else"),
            "originator_consent": _("Only with the originator's consent"),
            "free_within_governments": _("Freely within the recipients' governments"),
        },
    ),
    ShortList(
        "contains",
        _("Contents that need care"),
        {
            "personal": _("Personal data"),
            "commercial_confidential": _("Confidential business information"),
            "legal_privilege": _("Legally privileged information"),
            "investigation": _("Details of an open investigation"),
        },
    ),
    # The 4x4 grid: how far the source can be relied on, how far the information is known.
    ShortList(
        "source",
        _("Evaluation of the source"),
        {
            "A": _("A: no doubt about the source"),
            "B": _("B: mostly reliable"),
            "C": _("C: mostly unreliable"),
            "X": _("X: cannot be judged"),
        },
    ),
    ShortList(
        "information",
        _("Evaluation of the information"),
        {
            "1": _("1: known to be accurate"),
            "2": _("2: known personally to the source, not to the officer"),
            "3": _("3: not known personally, but supported by other information"),
            "4": _("4: not known personally and not supported"),
        },
    ),
)
