from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "sharing.oversight"
    label = "oversight"
