"""The guards look rows up by their keys, however small the tables were when a connection began.

A function's plans are kept for as long as its connection lasts. One that was made while the tables
were nearly empty read them from end to end; of 500 versions that came into 1,500, nine tenths of the
time were spent so. And the guard of versions too holds what is there against what is to be, whoever
sees it: as the owner, not through the policies of who may read what.
"""

from django.db import migrations

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
BY_KEY = "SET enable_seqscan = off"


class Migration(migrations.Migration):
    dependencies = [("records", "0014_answers_end")]

    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION records_version_guard() {AS_OWNER} {BY_KEY}",
            "ALTER FUNCTION records_version_guard() SECURITY INVOKER RESET ALL",
        ),
        migrations.RunSQL(
            f"ALTER FUNCTION records_record_guard() {BY_KEY}",
            "ALTER FUNCTION records_record_guard() RESET enable_seqscan",
        ),
    ]
