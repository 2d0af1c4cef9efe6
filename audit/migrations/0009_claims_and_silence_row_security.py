"""The log's own code alone writes what was settled, once, and notes when a log was first asked."""

from importlib import import_module

from django.db import migrations

before = import_module("audit.migrations.0004_nobody_rewrites")


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_claims_and_silence")]
    operations = [
        before.policies("audit_resolution", "INSERT"),
        migrations.RunSQL(
            """
            CREATE TRIGGER audit_resolution_final BEFORE UPDATE OR DELETE ON audit_resolution
                FOR EACH ROW EXECUTE FUNCTION audit_final();
            """,
            "DROP TRIGGER audit_resolution_final ON audit_resolution",
        ),
        migrations.RunSQL(
            f"CREATE POLICY audit_seen_update ON audit_seen FOR UPDATE USING ({before.WHOLE})",
            "DROP POLICY audit_seen_update ON audit_seen",
        ),
    ]
