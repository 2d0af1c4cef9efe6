from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "sharing.oversight"
    label = "oversight"

    def ready(self) -> None:
        from .ledger import glances, listening, tasks  # noqa: F401 - the tasks are found here
        from .log import places as log
        from .overview import places as overview
        from .retention import places as retention
        from .sampling import drawing
        from .sampling import places as sampling
        from .watching import places as watching

        listening.listen()
        drawing.listen()
        glances.register()
        for places in (overview, log, watching, sampling, retention):
            places.register()
