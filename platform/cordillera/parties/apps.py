from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation


class PartiesConfig(AppConfig):
    name = "cordillera.parties"
    label = "parties"

    def ready(self) -> None:
        from . import checks, log_wiring, recording  # noqa: F401 - register the check and the signals

        log_wiring.connect()

        navigation.register(
            navigation.Item(
                name="administration",
                label=_("Administration"),
                url_name="administration",
                icon="settings",
                permission="administration.read",
                order=800,
            )
        )
