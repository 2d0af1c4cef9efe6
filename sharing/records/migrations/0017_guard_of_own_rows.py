"""The guard of versions asks the record's own row.

Since it looks as the owner it sees the rows of Parties that are behind too, which no policy hides from
it: a version of a record with such a row was refused for having two kinds.
"""

from importlib import import_module

from django.db import migrations

from cordillera.access.rows import replaced

before = import_module("sharing.records.migrations.0009_brought_rows")
settings = import_module("sharing.records.migrations.0015_guards_find_by_key")

AS_IT_RUNS = f"ALTER FUNCTION records_version_guard() {settings.AS_OWNER} {settings.BY_KEY}"


def of_own_rows(guard: str) -> str:
    for was in (
        "SELECT kind FROM records_record WHERE id = NEW.record_id",
        "SELECT 1 FROM records_record r WHERE r.id = NEW.record_id",
    ):
        guard = replaced(guard, was, was.replace("FROM", "FROM ONLY"))
    return guard


class Migration(migrations.Migration):
    dependencies = [("records", "0016_drawn_without_keys")]

    operations = [
        migrations.RunSQL(
            [of_own_rows(before.VERSION_GUARD), AS_IT_RUNS], [before.VERSION_GUARD, AS_IT_RUNS]
        ),
    ]
