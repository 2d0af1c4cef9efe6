from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sharing.desk"
    label = "desk"

    def ready(self) -> None:
        from . import own_steps

        own_steps.listen()
