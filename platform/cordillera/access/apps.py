from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "cordillera.access"
    label = "access"

    def ready(self) -> None:
        from cordillera import among

        from .grants import grant

        among.register()
        # Sent once per app that has models, after all migrations; this app has none.
        post_migrate.connect(grant, sender=apps.get_app_config("parties"))
