"""Why something was proposed and decided is words about the record: they go when it is deleted."""

import importlib

from django.db import migrations

first = importlib.import_module("sharing.records.migrations.0002_row_security")
ONCE = "    ELSIF OLD.outcome <> '' THEN\n"
FORGETTING = """    ELSIF NEW.reason = '' AND NEW.note = ''
        AND to_jsonb(NEW) - '{reason,note}'::text[] = to_jsonb(OLD) - '{reason,note}'::text[]
        AND EXISTS (SELECT 1 FROM records_record r
            WHERE r.id = OLD.record_id AND r.state = 'deleted') THEN
        RETURN NEW;
"""
BEFORE = first.DECISION_GUARD.partition("CREATE TRIGGER")[0].replace("CREATE ", "CREATE OR REPLACE ", 1)
GUARD = BEFORE.replace(ONCE, FORGETTING + ONCE)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_outbox_cursor")]

    operations = [
        migrations.RunSQL(GUARD, BEFORE),
        # Databases made before the first migration said so itself.
        migrations.RunSQL(
            "ALTER FUNCTION records_reaches(uuid) SET search_path = public, pg_temp",
            migrations.RunSQL.noop,
        ),
    ]
