from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "sharing.search"
    label = "search"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from cordillera.web import navigation, palette
        from sharing.records.projection import projected

        from .documents import keep
        from .views import jumps

        projected.connect(keep, dispatch_uid="search.documents")
        palette.register(jumps)
        navigation.register(
            navigation.Item(
                "search", _("Search"), "search", "search", "record.search", order=40, shortcut="s"
            )
        )
