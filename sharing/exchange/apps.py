from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sharing.exchange"
    label = "exchange"

    def ready(self) -> None:
        from audit import wiring
        from cordillera.parties import agreements
        from sharing.records.projection import projected
        from sharing.records.reading import deliveries
        from sharing.records.withdrawing import purging

        # Three register: what carries out items, and a check.
        from . import delivery, entrance_process, metrics, reported, taking, unnaming  # noqa: F401
        from .purging import count

        metrics.register()
        wiring.after_checkpoint.append("exchange.cosign")
        deliveries.register(delivery.remote)
        purging.connect(count, dispatch_uid="exchange.purging")
        projected.connect(unnaming.relabelled, dispatch_uid="exchange.unnaming")
        agreements.hidden.connect(unnaming.hide, dispatch_uid="exchange.hidden")
