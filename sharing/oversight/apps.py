from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation


class OversightConfig(AppConfig):
    name = "sharing.oversight"
    label = "oversight"

    def ready(self) -> None:
        from . import panels
        from .overview import week

        navigation.register(
            navigation.Item(
                "oversight",
                _("Oversight"),
                "oversight",
                "shield-check",
                "audit.read",
                order=10,
                shortcut="o",
            )
        )
        panels.register(
            panels.Panel(
                "refusals",
                _("Refused attempts"),
                "octagon-minus",
                "audit-log",
                "audit.read",
                week.refusals,
                order=80,
            )
        )
