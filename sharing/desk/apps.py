from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "sharing.desk"
    label = "desk"

    def ready(self) -> None:
        from cordillera.web import navigation

        from . import own_steps, queries

        own_steps.listen()
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
