from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "sharing.search"
    label = "search"

    def ready(self) -> None:
        from sharing.records.projection import projected

        from .documents import keep

        projected.connect(keep, dispatch_uid="search.documents")
