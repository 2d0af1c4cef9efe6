from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "cordillera.parties"
    label = "parties"
