from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation


class OversightConfig(AppConfig):
    name = "sharing.oversight"
    label = "oversight"

    def ready(self) -> None:
        from . import panels
        from .ledger import glances, listening, tasks  # noqa: F401 - the tasks are found here
        from .log import witnesses
        from .overview import week
        from .watching import places

        places.register()

        listening.listen()
        glances.register()

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
        navigation.register(
            navigation.Item(
                "audit-log", _("Log"), "audit-log", "scroll-text", "audit.read", order=20
            )
        )
        panels.register(
            panels.Panel(
                "witnesses",
                _("Witnesses"),
                "eye",
                "audit-witnesses",
                "audit.read",
                witnesses.summary,
                order=70,
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
