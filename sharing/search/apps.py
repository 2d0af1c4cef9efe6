from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "sharing.search"
    label = "search"
