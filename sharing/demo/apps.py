from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "sharing.demo"
    label = "demo"
