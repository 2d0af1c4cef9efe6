from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "cordillera.parties"
    label = "parties"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the start-up check
