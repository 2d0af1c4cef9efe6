from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "sharing.records"
    label = "records"

    def ready(self) -> None:
        from cordillera.parties import agreements
        from cordillera.web import navigation, palette

        from . import kinds
        from .attachments import keeping
        from .queries import decisions_waiting
        from .withdrawing import purging
        from .writing.jumps import new_records

        palette.register(new_records)
        purging.connect(keeping.count, dispatch_uid="records.attachments")
        agreements.register_kinds(lambda: [(kind.code, kind.label) for kind in kinds.shared()])
        navigation.register_action(
            navigation.Item(
                "new",
                _("New record"),
                "record-new",
                "square-pen",
                "record.draft",
                shortcut="n",
            )
        )
        navigation.register(
            navigation.Item(
                "approvals",
                _("Approvals"),
                "approvals",
                "gavel",
                "approvals.read",
                count=decisions_waiting,
                order=30,
                shortcut="a",
            )
        )
