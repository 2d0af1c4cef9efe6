from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "sharing.records"
    label = "records"
