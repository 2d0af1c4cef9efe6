"""A version's text is neither read nor packed where nobody asks for it.

The guard of records looked at a version through all the policies of who may read what, which was most
of what a record's row cost. It holds what is there against what is to be, whoever sees it: so it looks
as the owner, and at the five columns that it needs. A signed text is base64, which packs to nothing.
Whether a version goes further is asked of those kinds alone that can.
"""

from importlib import import_module

from django.db import migrations

from cordillera.access.rows import replaced

before = import_module("sharing.records.migrations.0009_brought_rows")
AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"


def narrowed(guard: str) -> str:
    """The guard as it was, but for how it looks at the version. Raises ValueError where it is another
    guard than this was written for."""
    for was, now in (
        (" LANGUAGE plpgsql AS", f" LANGUAGE plpgsql {AS_OWNER} AS"),
        ("    v records_version;", "    v record;"),
        ("SELECT * INTO v", "SELECT state, audience, tlp, named, received_at INTO v"),
    ):
        guard = replaced(guard, was, now)
    return guard


#: What `records_goes_further` demands as well, seen without calling it.
MAY_GO_FURTHER = "NEW.received_at IS NULL AND NEW.kind IN ('dispute', 'ruling') AND "


def guard_of_new(first: str) -> str:
    return f"""
DROP TRIGGER records_version_guard_new ON records_version;
CREATE TRIGGER records_version_guard_new BEFORE INSERT ON records_version
    FOR EACH ROW WHEN (NOT ({first}records_goes_further(NEW)))
    EXECUTE FUNCTION records_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0010_fewer_indexes")]

    operations = [
        migrations.RunSQL(narrowed(before.RECORD_GUARD), before.RECORD_GUARD),
        migrations.RunSQL(guard_of_new(MAY_GO_FURTHER), guard_of_new("")),
        migrations.RunSQL(
            "ALTER TABLE records_version ALTER COLUMN jws SET STORAGE EXTERNAL",
            "ALTER TABLE records_version ALTER COLUMN jws SET STORAGE EXTENDED",
        ),
    ]
