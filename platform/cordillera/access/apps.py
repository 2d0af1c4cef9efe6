from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "cordillera.access"
    label = "access"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from .grants import grant

        post_migrate.connect(grant, sender=self)
