"""Files are seen with the versions that have them, and written with their record.

A file's id bears the code that its record's id bears: the originator's.
"""

from importlib import import_module

from django.db import migrations

from cordillera.access.rows import PARTY, enable, policy

written_with_record = import_module(
    "sharing.records.migrations.0002_row_security"
).written_with_record

FILE, CHUNK = "records_attachment", "records_chunk"
# What a draft or an open amendment adds is the originator's alone.
SEEN = (
    "EXISTS (SELECT 1 FROM records_record r WHERE r.id = record_id"
    f" AND (r.originator_id = {PARTY} OR EXISTS (SELECT 1 FROM records_version v"
    " WHERE v.record_id = r.id AND v.number >= since AND (until IS NULL OR v.number < until)"
    f" AND v.state IN ('released', 'superseded') AND {PARTY} = ANY(v.audience))))"
)
OF_FILE = f"EXISTS (SELECT 1 FROM {FILE} a WHERE a.id = attachment_id)"
WRITTEN = written_with_record()
WRITTEN_WITH_FILE = f"EXISTS (SELECT 1 FROM {FILE} a WHERE a.id = attachment_id AND {WRITTEN})"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_attachments")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {FILE} ADD CONSTRAINT attachment_id_of_party CHECK ("
            "left(id::text, 4) = left(record_id::text, 4) AND substr(id::text, 15, 1) = '8'"
            " AND substr(id::text, 20, 1) IN ('8', '9', 'a', 'b'))",
            f"ALTER TABLE {FILE} DROP CONSTRAINT attachment_id_of_party",
        ),
        enable(FILE),
        policy(FILE, "attachment_read", "SELECT", SEEN),
        policy(FILE, "attachment_insert", "INSERT", check=WRITTEN),
        policy(FILE, "attachment_update", "UPDATE", WRITTEN, WRITTEN),
        policy(FILE, "attachment_delete", "DELETE", WRITTEN),
        enable(CHUNK),
        policy(CHUNK, "chunk_read", "SELECT", OF_FILE),
        policy(CHUNK, "chunk_insert", "INSERT", check=WRITTEN_WITH_FILE),
        policy(CHUNK, "chunk_update", "UPDATE", WRITTEN_WITH_FILE, WRITTEN_WITH_FILE),
        policy(CHUNK, "chunk_delete", "DELETE", WRITTEN_WITH_FILE),
    ]
