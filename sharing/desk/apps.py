from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "sharing.desk"
    label = "desk"

    def ready(self) -> None:
        from cordillera.web import navigation
        from sharing.records.withdrawing import purging
        from sharing.search import behind

        from . import gravestones, infected, own_steps, queries

        own_steps.listen()
        behind.register(queries.given_to)
        infected.listen()
        purging.connect(gravestones.bare, dispatch_uid="desk.purging")
        navigation.register(
            navigation.Item(
                "desk", _("Watch desk"), "desk", "radar", "desk.read", order=10, shortcut="d"
            )
        )
        navigation.register(
            navigation.Item(
                "notices",
                _("Notices"),
                "notices",
                "calendar-clock",
                "notices.read",
                order=50,
                shortcut="n",
            )
        )
        navigation.register(
            navigation.Item(
                "inbox",
                _("Inbox"),
                "inbox",
                "inbox",
                "inbox.read",
                count=queries.waiting,
                order=20,
                shortcut="i",
            )
        )
        navigation.register_bell(queries.unread)
