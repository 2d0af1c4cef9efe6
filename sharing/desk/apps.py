from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sharing.desk"
    label = "desk"
