from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "cordillera.events"
    label = "events"
