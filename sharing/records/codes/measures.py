"""The lists of advance notices and of trade patterns."""

from django.utils.translation import gettext_lazy as _

from .lists import ShortList

LISTS = (
    ShortList(
        "measure",
        _("Kinds of measure"),
        {
            "law": _("Law"),
            "regulation": _("Regulation"),
            "administrative_policy": _("Administrative policy"),
            "tariff_measure": _("Tariff measure"),
            "import_prohibition": _("Import prohibition"),
            "export_control": _("Export control"),
            "programme_change": _("Programme change"),
            "operational": _("Operational change"),
            "system_outage": _("System outage"),
            "other": _("Other"),
        },
    ),
    ShortList(
        "stage",
        _("Stages"),
        {
            "planned": _("Planned"),
            "consultation": _("In consultation"),
            "proposed": _("Proposed"),
            "adopted": _("Adopted"),
            "in_force": _("In force"),
            "withdrawn": _("Withdrawn"),
        },
    ),
    ShortList(
        "impact",
        _("Levels of impact"),
        {
            "high": _("High"),
            "medium": _("Medium"),
            "low": _("Low"),
        },
    ),
    ShortList(
        "metric",
        _("Measures of a pattern"),
        {
            "weight_ratio": _("Ratio of weights"),
            "unit_value": _("Value per unit"),
            "mass": _("Mass"),
            "growth": _("Growth"),
            "share": _("Share"),
            "count": _("Count"),
            "parcels_per_sender_day": _("Parcels per sender and day"),
            "mirror_gap": _("Gap between export and import data"),
            "other": _("Other"),
        },
    ),
)
