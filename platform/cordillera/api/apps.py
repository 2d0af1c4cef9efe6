from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cordillera.api"
    label = "api"
