from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cordillera.web"
    label = "web"
