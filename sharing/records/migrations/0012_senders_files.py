"""Who takes a sender's records in sees all of their files that are here, also those of a version that
was brought to another Party alone: the next version may list the same file."""

import importlib

from django.db import migrations

before = importlib.import_module("sharing.records.migrations.0004_attachment_rows")
rows = importlib.import_module("sharing.records.migrations.0002_row_security")

TAKEN_IN = (
    f"EXISTS (SELECT 1 FROM ONLY {rows.RECORD} r WHERE r.id = record_id AND {rows.RECEIVED})"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0011_texts_left_alone")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY attachment_read ON {before.FILE} USING ({before.SEEN} OR {TAKEN_IN})",
            f"ALTER POLICY attachment_read ON {before.FILE} USING ({before.SEEN})",
        )
    ]
