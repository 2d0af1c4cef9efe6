from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cordillera.web"
    label = "web"

    def ready(self) -> None:
        from cordillera.web import checks, palette  # noqa: F401

        palette.register(palette.pages)
