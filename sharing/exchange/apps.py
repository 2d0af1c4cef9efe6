from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sharing.exchange"
    label = "exchange"

    def ready(self) -> None:
        from sharing.records.reading import deliveries

        from . import delivery

        deliveries.register(delivery.remote)
